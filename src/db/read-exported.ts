import type pg from 'pg'
import { toFloat32Array } from './float32.js'
import { type ExportedEvaluation, METRICS } from './list-exported.js'

/** An evaluation as a bulk export has it, with the identity of its function (64 hexadecimal digits). */
export interface BulkEvaluation extends ExportedEvaluation {
  readonly activationId: string
}

/** Rows that are in memory at a time: a few megabytes where each has a spectrum. */
const PAGE = 50

/**
 * The evaluations of a dataset in the order in which they were stored, a page at a time; call it in a transaction of
 * isolation level REPEATABLE READ, so that all pages show one moment. Spectra are read where they are asked for.
 */
export async function* readEvaluations(
  client: pg.ClientBase,
  datasetId: number,
  { withSpectra }: { withSpectra: boolean },
): AsyncGenerator<BulkEvaluation, void, void> {
  for (let last = 0; ; ) {
    const { rows } = await client.query<Omit<BulkEvaluation, 'spectrum'> & { id: number; spectrum: Buffer | null }>(
      withSpectra ? EVALUATIONS_WITH_SPECTRA : EVALUATIONS,
      [datasetId, last, PAGE],
    )
    for (const { id, spectrum, ...row } of rows) {
      last = id
      yield { ...row, spectrum: spectrum && toFloat32Array(spectrum) }
    }
    if (rows.length < PAGE) return
  }
}

/** The rows of the file that a dataset was imported from, compressed, in their order; in the same way. */
export async function* readSourceRows(client: pg.ClientBase, datasetId: number): AsyncGenerator<Buffer, void, void> {
  for (let last = -1; ; ) {
    const { rows } = await client.query<{ position: number; bytes: Buffer }>(
      `SELECT position, bytes FROM source_rows WHERE dataset_id = $1 AND position > $2 ORDER BY position LIMIT $3`,
      [datasetId, last, PAGE],
    )
    for (const { position, bytes } of rows) {
      last = position
      yield bytes
    }
    if (rows.length < PAGE) return
  }
}

const select = (spectrum: string, join: string) => `
  SELECT e.id, e.expression, encode(a.identity, 'hex') AS "activationId", ${METRICS}, ${spectrum} AS spectrum,
    coalesce(
      (SELECT listed FROM source_rows s WHERE s.evaluation_id = e.id),
      ARRAY(SELECT text FROM expressions WHERE activation_id = e.activation_id ORDER BY length, text COLLATE "C")
    ) AS equivalents
  FROM evaluations e JOIN activations a ON a.id = e.activation_id ${join}
  WHERE e.dataset_id = $1 AND e.id > $2 ORDER BY e.id LIMIT $3`

const EVALUATIONS = select('NULL::bytea', '')
const EVALUATIONS_WITH_SPECTRA = select(
  'f.values',
  `JOIN datasets d ON d.id = e.dataset_id LEFT JOIN fisher_spectra f
     ON f.dataset_id = d.id AND f.activation_id = e.activation_id AND f.dataset_version = d.version`,
)
