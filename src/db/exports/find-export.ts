import { type Kysely, sql } from 'kysely'
import { compileByShape, type Parameters } from '../statements/compile-by-shape.js'
import { toEvaluationConditions } from '../statements/conditions.js'
import type { Tables } from '../tables/generated.js'
import type { ExportScope } from './read-exported.js'

/** The properties of a dataset that its exports need. */
export interface ExportedDataset {
  readonly id: number
  readonly name: string
  readonly version: string
  readonly title: string
  readonly description: string
  readonly architecture: string
  readonly task: string
  readonly origin: 'IMPORTED' | 'TRAINED' | 'REPORTED'
  readonly license: string | null
  readonly citation: string | null
  readonly sourceUrl: string | null
  readonly sourceChecksum: string | null
  readonly sourceBytes: number | null
  readonly fisherSpectrumLength: number | null
  readonly exportsClosed: boolean
  /** Changes whenever an export of the dataset changes. */
  readonly stamp: string
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
      const spellings = eb
        .selectFrom('expressions as x')
        .where('x.activation_id', 'in', evaluations.select('e.activation_id'))
      return [
        'd.id',
        'd.name',
        'd.version',
        'd.title',
        'd.description',
        'd.architecture',
        'd.task',
        'd.origin',
        'd.license',
        'd.citation',
        'd.source_url as sourceUrl',
        'd.source_checksum as sourceChecksum',
        'd.source_bytes as sourceBytes',
        'd.fisher_spectrum_length as fisherSpectrumLength',
        'd.exports_closed as exportsClosed',
        sql<string>`jsonb_build_array(d.id, d.version, d.source_checksum, d.updated_at,
          ${evaluations.select(sql`jsonb_build_array(count(*), max(e.id), max(e.updated_at))`.as('state'))},
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

/** Closes or opens the downloads of a dataset. Returns false if the dataset does not exist. */
export async function setExportsClosed(db: Kysely<Tables>, name: string, isClosed: boolean): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('datasets')
    .set({ exports_closed: isClosed })
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}
