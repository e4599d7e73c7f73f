import type { Kysely } from 'kysely'
import {
  ACTIVATION_COLUMNS,
  API_KEY_COLUMNS,
  DATASET_COLUMNS,
  EVALUATION_COLUMNS,
  RUN_COLUMNS,
  SEARCH_COLUMNS,
  SUGGESTION_COLUMNS,
  SURROGATE_COLUMNS,
  TRAINING_JOB_COLUMNS,
  WORKER_COLUMNS,
} from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'
import { anyIdentity, anyOf } from '../tables/lists.js'
import { inOrder } from './align.js'
import { compileOnce, type Placeholders } from './compile-once.js'
import type { ActivationRow, DatasetRow } from './rows.js'

type Ids = Placeholders<{ ids: readonly number[] }>

// Statements with a name are prepared once per connection, because many requests need them.

const ROWS_BY_ID = {
  activations: compileOnce(
    (db, { ids }: Ids) => db.selectFrom('activations as a').select(ACTIVATION_COLUMNS).where('a.id', '=', anyOf(ids)),
    'activations-by-id',
  ),
  datasets: compileOnce(
    (db, { ids }: Ids) => db.selectFrom('datasets as d').select(DATASET_COLUMNS).where('d.id', '=', anyOf(ids)),
    'datasets-by-id',
  ),
  evaluations: compileOnce(
    (db, { ids }: Ids) => db.selectFrom('evaluations as e').select(EVALUATION_COLUMNS).where('e.id', '=', anyOf(ids)),
    'evaluations-by-id',
  ),
  runs: compileOnce(
    (db, { ids }: Ids) => db.selectFrom('runs as r').select(RUN_COLUMNS).where('r.id', '=', anyOf(ids)),
    'runs-by-id',
  ),
  surrogates: compileOnce((db, { ids }: Ids) =>
    db.selectFrom('surrogates as u').select(SURROGATE_COLUMNS).where('u.id', '=', anyOf(ids)),
  ),
  training_jobs: compileOnce((db, { ids }: Ids) =>
    db.selectFrom('training_jobs as j').select(TRAINING_JOB_COLUMNS).where('j.id', '=', anyOf(ids)),
  ),
  searches: compileOnce((db, { ids }: Ids) =>
    db.selectFrom('searches as s').select(SEARCH_COLUMNS).where('s.id', '=', anyOf(ids)),
  ),
  suggestions: compileOnce((db, { ids }: Ids) =>
    db.selectFrom('suggestions as g').select(SUGGESTION_COLUMNS).where('g.id', '=', anyOf(ids)),
  ),
  workers: compileOnce((db, { ids }: Ids) =>
    db.selectFrom('workers as w').select(WORKER_COLUMNS).where('w.id', '=', anyOf(ids)),
  ),
  api_keys: compileOnce((db, { ids }: Ids) =>
    db.selectFrom('api_keys as k').select(API_KEY_COLUMNS).where('k.id', '=', anyOf(ids)),
  ),
}

/** The tables whose rows are found by their ids. */
export type TableWithIds = keyof typeof ROWS_BY_ID

type RowOf<Table extends TableWithIds> = Awaited<ReturnType<(typeof ROWS_BY_ID)[Table]>>[number]

/** The rows with these ids, in the same order. A missing row is null. */
export async function findRows<Table extends TableWithIds>(
  db: Kysely<Tables>,
  table: Table,
  ids: readonly number[],
): Promise<(RowOf<Table> | null)[]> {
  const rows = (await ROWS_BY_ID[table](db, { ids })) as RowOf<Table>[]
  return inOrder(ids, rows, (row) => row.id)
}

const activationsByIdentity = compileOnce(
  (db, { identities }: Placeholders<{ identities: readonly string[] }>) =>
    db.selectFrom('activations as a').select(ACTIVATION_COLUMNS).where('a.identity', '=', anyIdentity(identities)),
  'activations-by-identity',
)

/** The activations of these identities (64 hexadecimal digits), in the same order. A missing activation is null. */
export async function findActivationsByIdentity(
  db: Kysely<Tables>,
  identities: readonly string[],
): Promise<(ActivationRow | null)[]> {
  return inOrder(identities, await activationsByIdentity(db, { identities }), (row) => row.identityHex)
}

const datasetsByName = compileOnce(
  (db, { names }: Placeholders<{ names: readonly string[] }>) =>
    db.selectFrom('datasets as d').select(DATASET_COLUMNS).where('d.name', '=', anyOf(names)),
  'datasets-by-name',
)

/** The datasets with these names, in the same order. A missing dataset is null. */
export async function findDatasetsByName(db: Kysely<Tables>, names: readonly string[]): Promise<(DatasetRow | null)[]> {
  return inOrder(names, await datasetsByName(db, { names }), (row) => row.name)
}
