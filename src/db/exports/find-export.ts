import type pg from 'pg'
import { toEvaluationSql } from '../statements/conditions.js'
import { Parameters } from '../statements/parameters.js'
import type { ExportScope } from './read-exported.js'

/** What an export says of its dataset. */
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
  /** Changes whenever an export of the dataset would. */
  readonly stamp: string
}

/**
 * The dataset of that name, as the transaction of `client` sees it; null where there is none. Rows list every spelling of
 * their function unless they came from a file, which lists its own: spellings are added and never taken away.
 */
export async function findExportedDataset(client: pg.ClientBase, name: string): Promise<ExportedDataset | null> {
  const { rows } = await client.query<ExportedDataset>(
    `SELECT d.id, d.name, d.version, d.title, d.description, d.architecture, d.task, d.origin, d.license, d.citation,
       d.source_url AS "sourceUrl", d.source_checksum AS "sourceChecksum", d.source_bytes AS "sourceBytes",
       d.fisher_spectrum_length AS "fisherSpectrumLength", d.exports_closed AS "exportsClosed",
       jsonb_build_array(d.id, d.version, d.source_checksum, d.updated_at,
         (SELECT jsonb_build_array(count(*), max(e.id), max(e.updated_at)) FROM evaluations e WHERE e.dataset_id = d.id),
         (SELECT jsonb_build_array(count(*), max(f.created_at)) FROM fisher_spectra f WHERE f.dataset_id = d.id),
         CASE WHEN d.origin <> 'IMPORTED' THEN (SELECT count(*) FROM expressions x
           WHERE x.activation_id IN (SELECT e.activation_id FROM evaluations e WHERE e.dataset_id = d.id)) END
       )::text AS stamp
     FROM datasets d WHERE d.name = $1`,
    [name],
  )
  return rows[0] ?? null
}

/** How many evaluations an export has. */
export async function countExported(
  client: pg.ClientBase,
  { datasetId, conditions }: Pick<ExportScope, 'datasetId' | 'conditions'>,
): Promise<number> {
  const parameters = new Parameters()
  const wanted = [`e.dataset_id = ${parameters.add(datasetId)}`, ...toEvaluationSql(conditions, parameters)]
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM evaluations e WHERE ${wanted.join(' AND ')}`,
    parameters.values,
  )
  return rows[0].count
}

/** Lets anybody download a dataset, or nobody; false where there is none of that name. */
export async function setExportsClosed(pool: pg.Pool, name: string, isClosed: boolean): Promise<boolean> {
  const { rowCount } = await pool.query('UPDATE datasets SET exports_closed = $2 WHERE name = $1', [name, isClosed])
  return rowCount === 1
}
