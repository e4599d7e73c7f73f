import { type Kysely, sql } from 'kysely'
import type { Metrics } from '../../metrics.js'
import { toLittleEndianBytes } from '../statements/float32.js'
import type { Tables } from '../tables/generated.js'
import { listOf, listsFrom, unnest } from '../tables/lists.js'
import { METRIC_COLUMNS, metricLists, metricsOf } from '../tables/metric-columns.js'
import { packBytes } from './pack-bytes.js'

/** A row of a file, ready to be stored. */
export interface ImportedRow {
  /** Index of the row in the file, from 0. */
  readonly position: number
  readonly byteOffset: number
  /** Null if the row cannot be an evaluation. */
  readonly evaluation: ImportedEvaluation | null
  /** The spellings that the row lists. */
  readonly listed: readonly string[]
  /** The compressed bytes of the row. */
  readonly bytes: Uint8Array
}

interface ImportedEvaluation {
  readonly activationId: number
  readonly expression: string
  readonly metrics: Metrics
  readonly spectrum: Float32Array | null
}

/** A version of a dataset, to which runs and spectra belong. */
export interface DatasetVersion {
  readonly datasetId: number
  readonly datasetVersion: string
}

/**
 * Stores rows of a file with their evaluations and spectra, in the caller's transaction. No two rows may have the same
 * expression. If two rows have the same activation, the spectrum of the first row is stored.
 */
export async function insertImported(
  db: Kysely<Tables>,
  owner: DatasetVersion,
  rows: readonly ImportedRow[],
): Promise<void> {
  const evaluations = rows.flatMap(({ evaluation }) => evaluation ?? [])
  const idOf = await insertEvaluations(db, owner, evaluations)
  await insertSpectra(db, owner, evaluations)
  await insertSourceRows(db, owner, rows, idOf)
}

/**
 * Deletes an evaluation and its spectrum, because a later row has the same expression. The source row stays, and so does an
 * evaluation with runs, which gets the values of the later row.
 */
export async function deleteImported(db: Kysely<Tables>, datasetId: number, expression: string): Promise<void> {
  await db
    .with('gone', (db) =>
      db
        .deleteFrom('evaluations')
        .where('dataset_id', '=', datasetId)
        .where('expression', '=', expression)
        .where('run_count', '=', 0)
        .returning('activation_id'),
    )
    .deleteFrom('fisher_spectra as f')
    .using('gone')
    .where('f.dataset_id', '=', datasetId)
    .whereRef('f.activation_id', '=', 'gone.activation_id')
    .execute()
}

/** Deletes everything that was imported into a dataset. */
export async function clearImported(db: Kysely<Tables>, datasetId: number): Promise<void> {
  for (const table of ['source_rows', 'evaluations', 'fisher_spectra'] as const) {
    await db.deleteFrom(table).where('dataset_id', '=', datasetId).execute()
  }
}

/** Returns the id of each expression's evaluation. One with runs that were trained here gets the values of the file. */
async function insertEvaluations(
  db: Kysely<Tables>,
  { datasetId }: DatasetVersion,
  evaluations: readonly ImportedEvaluation[],
): Promise<Map<string, number>> {
  const list = listsFrom(evaluations)
  const rows = unnest('n', {
    activation_id: list('int4', ({ activationId }) => activationId),
    expression: list('text', ({ expression }) => expression),
    ...metricLists(evaluations.map(({ metrics }) => metrics)),
  })
  const inserted = await db
    .insertInto('evaluations')
    .columns(['dataset_id', 'activation_id', 'expression', 'origin', 'updated_at', ...METRIC_COLUMNS])
    .expression((eb) =>
      eb
        .selectFrom(rows)
        .select([sql<number>`${datasetId}::int`.as('dataset_id'), 'n.activation_id', 'n.expression'])
        .select([sql`'IMPORTED'::dataset_origin`.as('origin'), sql<Date>`now()`.as('updated_at'), ...metricsOf('n')])
        .orderBy('n.position'),
    )
    .onConflict((conflict) =>
      conflict.columns(['dataset_id', 'expression']).doUpdateSet((eb) => ({
        ...{ origin: eb.ref('excluded.origin'), updated_at: eb.ref('excluded.updated_at') },
        ...Object.fromEntries(METRIC_COLUMNS.map((column) => [column, eb.ref(`excluded.${column}`)])),
      })),
    )
    .returning(['id', 'expression'])
    .execute()
  return new Map(inserted.map(({ id, expression }) => [expression, id]))
}

async function insertSpectra(
  db: Kysely<Tables>,
  { datasetId, datasetVersion }: DatasetVersion,
  evaluations: readonly ImportedEvaluation[],
): Promise<void> {
  const spectra = evaluations.flatMap(({ activationId, spectrum }) => (spectrum ? [{ activationId, spectrum }] : []))
  if (spectra.length === 0) return
  const { lists, bytes } = packBytes(spectra.map(({ spectrum }) => toLittleEndianBytes(spectrum)))
  const list = listsFrom(spectra)
  const rows = unnest('n', {
    activation_id: list('int4', ({ activationId }) => activationId),
    ...lists,
  })
  await db
    .insertInto('fisher_spectra')
    .columns(['dataset_id', 'activation_id', 'dataset_version', 'values'])
    .expression((eb) =>
      eb
        .selectFrom(rows)
        .select([sql<number>`${datasetId}::int`.as('dataset_id'), 'n.activation_id'])
        .select([sql<string>`${datasetVersion}::text`.as('dataset_version'), bytes.as('values')])
        .orderBy('n.position'),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function insertSourceRows(
  db: Kysely<Tables>,
  { datasetId }: DatasetVersion,
  sources: readonly ImportedRow[],
  idOf: ReadonlyMap<string, number>,
): Promise<void> {
  const { lists, bytes } = packBytes(sources.map((source) => source.bytes))
  const evaluationIds = sources.map(({ evaluation }) => (evaluation && idOf.get(evaluation.expression)) ?? null)
  const list = listsFrom(sources)
  const rows = unnest('n', {
    row: list('int4', ({ position }) => position),
    byte_offset: list('int8', ({ byteOffset }) => byteOffset),
    evaluation_id: listOf('int4', evaluationIds),
    // Lists differ in length, so each is sent as one JSON text.
    listed: list('text', ({ listed }) => JSON.stringify(listed)),
    ...lists,
  })
  await db
    .insertInto('source_rows')
    .columns(['dataset_id', 'position', 'byte_offset', 'evaluation_id', 'listed', 'bytes'])
    .expression((eb) =>
      eb
        .selectFrom(rows)
        .select([sql<number>`${datasetId}::int`.as('dataset_id'), 'n.row'])
        .select(['n.byte_offset', 'n.evaluation_id'])
        .select([
          sql<string[]>`array(select json_array_elements_text(n.listed::json))`.as('listed'),
          bytes.as('bytes'),
        ]),
    )
    .execute()
}
