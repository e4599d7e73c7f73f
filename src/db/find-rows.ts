import {
  ACTIVATION_COLUMNS,
  type ActivationRow,
  API_KEY_COLUMNS,
  type ApiKeyRow,
  DATASET_COLUMNS,
  type DatasetRow,
  EVALUATION_COLUMNS,
  type EvaluationRow,
  type Queryable,
  RUN_COLUMNS,
  type RunRow,
  SEARCH_COLUMNS,
  type SearchRow,
  SUGGESTION_COLUMNS,
  SURROGATE_COLUMNS,
  type SuggestionRow,
  type SurrogateRow,
  TRAINING_JOB_COLUMNS,
  type TrainingJobRow,
  WORKER_COLUMNS,
  type WorkerRow,
} from './rows.js'

interface RowTypes {
  activations: ActivationRow
  datasets: DatasetRow
  evaluations: EvaluationRow
  runs: RunRow
  surrogates: SurrogateRow
  training_jobs: TrainingJobRow
  searches: SearchRow
  suggestions: SuggestionRow
  workers: WorkerRow
  api_keys: ApiKeyRow
}

const COLUMNS: Record<keyof RowTypes, (alias: string) => string> = {
  activations: ACTIVATION_COLUMNS,
  datasets: DATASET_COLUMNS,
  evaluations: EVALUATION_COLUMNS,
  runs: RUN_COLUMNS,
  surrogates: SURROGATE_COLUMNS,
  training_jobs: TRAINING_JOB_COLUMNS,
  searches: SEARCH_COLUMNS,
  suggestions: SUGGESTION_COLUMNS,
  workers: WORKER_COLUMNS,
  api_keys: API_KEY_COLUMNS,
}

/** The rows with these ids, in their order; null where there is none. */
export async function findRows<Table extends keyof RowTypes>(
  db: Queryable,
  table: Table,
  ids: readonly number[],
): Promise<(RowTypes[Table] | null)[]> {
  const { rows } = await db.query(`select ${COLUMNS[table]('r')} from ${table} r where r.id = any($1::int[])`, [ids])
  return inOrder<number, RowTypes[Table]>(ids, rows, (row) => row.id)
}

/** The activations of these identities (64 hexadecimal digits), in their order; null where one is not stored. */
export async function findActivationsByIdentity(
  db: Queryable,
  identities: readonly string[],
): Promise<(ActivationRow | null)[]> {
  const { rows } = await db.query(
    `select ${ACTIVATION_COLUMNS('a')} from activations a
     where a.identity = any (select decode(i, 'hex') from unnest($1::text[]) i)`,
    [identities],
  )
  return inOrder<string, ActivationRow>(identities, rows, (row) => row.identityHex)
}

/** The datasets of these names, in their order; null where there is none. */
export async function findDatasetsByName(db: Queryable, names: readonly string[]): Promise<(DatasetRow | null)[]> {
  const { rows } = await db.query({ ...DATASETS_BY_NAME, values: [names] })
  return inOrder<string, DatasetRow>(names, rows, (row) => row.name)
}

/** Prepared once a connection, for it is part of most requests. */
const DATASETS_BY_NAME = {
  name: 'datasets-by-name',
  text: `select ${DATASET_COLUMNS('d')} from datasets d where d.name = any($1::text[])`,
}

/** Aligns rows with the keys that they were asked for by; null where a key has none. */
export function inOrder<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): (Row | null)[] {
  const found = new Map(rows.map((row) => [keyOf(row), row]))
  return keys.map((key) => found.get(key) ?? null)
}
