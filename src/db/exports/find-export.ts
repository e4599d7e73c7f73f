import { type Kysely, sql } from 'kysely'
import { compileByShape, type Parameters } from '../statements/compile-by-shape.js'
import { toEvaluationConditions } from '../statements/conditions.js'
import type { DatasetRow } from '../statements/rows.js'
import { DATASET_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'
import type { ExportScope } from './read-exported.js'

/** A dataset with all that its exports need besides its columns. */
export interface ExportedDataset extends DatasetRow {
  readonly exportsClosed: boolean
  /** Changes whenever an export of the dataset changes. */
  readonly stamp: string
  /** The newest fit that made a map of the dataset, or null. A fit never changes once it is READY. */
  readonly mapId: number | null
}

/**
 * The dataset with this name, or null. Rows list every spelling of their function, and rows that came from a
 * file list the spellings of the file. Spellings are added and never removed.
 */
export async function findExportedDataset(db: Kysely<Tables>, name: string): Promise<ExportedDataset | null> {
  const dataset = await db
    .selectFrom('datasets as d')
    .select((eb) => {
      const evaluations = eb.selectFrom('evaluations as e').whereRef('e.dataset_id', '=', 'd.id')
      const spectra = eb.selectFrom('fisher_spectra as f').whereRef('f.dataset_id', '=', 'd.id')
      const runs = eb.selectFrom('runs as r').whereRef('r.dataset_id', '=', 'd.id')
      const spellings = eb
        .selectFrom('expressions as x')
        .where('x.activation_id', 'in', evaluations.select('e.activation_id'))
      const map = eb
        .selectFrom('surrogates as u')
        .select('u.id')
        .whereRef('u.dataset_id', '=', 'd.id')
        .where('u.algorithm', '=', 'UMAP_KNN')
        .where('u.state', '=', 'READY')
        .orderBy('u.version', 'desc')
        .limit(1)
      return [
        ...DATASET_COLUMNS,
        map.as('mapId'),
        'd.exports_closed as exportsClosed',
        sql<string>`jsonb_build_array(d.id, d.version, d.source_checksum, d.updated_at,
          ${evaluations.select(sql`jsonb_build_array(count(*), max(e.id), max(e.updated_at))`.as('state'))},
          ${runs.select(sql`jsonb_build_array(count(*), max(r.id))`.as('state'))},
          ${spectra.select(sql`jsonb_build_array(count(*), max(f.created_at))`.as('state'))},
          case when d.origin <> 'IMPORTED' then ${spellings.select(sql`count(*)`.as('count'))} end)::text`.as('stamp'),
      ]
    })
    .where('d.name', '=', name)
    .executeTakeFirst()
  return dataset ?? null
}

const exportedCount = compileByShape(
  (db, { datasetId, conditions }: Parameters<Pick<ExportScope, 'datasetId' | 'conditions'>>) =>
    db
      .selectFrom('evaluations as e')
      .select(sql<number>`count(*)::int`.as('count'))
      .where('e.dataset_id', '=', datasetId)
      .where((eb) => eb.and(toEvaluationConditions(conditions))),
)

/** The number of evaluations of an export. */
export async function countExported(
  db: Kysely<Tables>,
  { datasetId, conditions }: Pick<ExportScope, 'datasetId' | 'conditions'>,
): Promise<number> {
  const [{ count }] = await exportedCount(db, { datasetId, conditions }, null)
  return count
}

/** Whether the operator has closed the downloads of a dataset. */
export async function areExportsClosed(db: Kysely<Tables>, datasetId: number): Promise<boolean> {
  const row = await db
    .selectFrom('datasets as d')
    .select('d.exports_closed as isClosed')
    .where('d.id', '=', datasetId)
    .executeTakeFirst()
  return row?.isClosed ?? false
}

/** Closes or opens the downloads of a dataset. Returns false if the dataset does not exist. */
export async function setExportsClosed(db: Kysely<Tables>, name: string, isClosed: boolean): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('datasets')
    .set({ exports_closed: isClosed })
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** The ids of the fits of a dataset that are READY, as one text. */
export async function listReadyFits(db: Kysely<Tables>, datasetId: number): Promise<string> {
  const rows = await db
    .selectFrom('surrogates as u')
    .select('u.id')
    .where('u.dataset_id', '=', datasetId)
    .where('u.state', '=', 'READY')
    .orderBy('u.id')
    .execute()
  return rows.map(({ id }) => id).join(' ')
}
