import type pg from 'pg'
import { toLittleEndianBytes } from './float32.js'
import type { NewMetrics } from './insert-runs.js'
import { Parameters } from './parameters.js'

/** A row of a file, ready to be stored. */
export interface ImportedRow {
  readonly position: number
  readonly byteOffset: number
  /** Null where the row cannot be an evaluation. */
  readonly evaluation: {
    readonly activationId: number
    readonly expression: string
    readonly metrics: NewMetrics
    readonly spectrum: Float32Array | null
  } | null
  readonly listed: readonly string[]
  /** Compressed. */
  readonly bytes: Uint8Array
}

/**
 * Stores rows of a file with their evaluations and spectra, in the caller's transaction. No two may have one expression.
 * Of two rows that are one activation the first has its spectrum stored. Bytes travel in binary form, one parameter each:
 * within arrays they would be text of twice the size.
 */
export async function insertImported(
  client: pg.ClientBase,
  { datasetId, datasetVersion }: { datasetId: number; datasetVersion: string },
  rows: readonly ImportedRow[],
): Promise<void> {
  const evaluations = rows.flatMap(({ evaluation }) => evaluation ?? [])
  const inserted = await client.query<{ id: number; expression: string }>(INSERT_EVALUATIONS, [
    datasetId,
    JSON.stringify(
      evaluations.map(({ activationId, expression, metrics }) => ({ activationId, expression, ...metrics })),
    ),
  ])
  const idOf = new Map(inserted.rows.map((row) => [row.expression, row.id]))
  const spectra = new Parameters()
  const spectrumRows = evaluations.flatMap(({ activationId, spectrum }) =>
    spectrum ? [`(${list(spectra, datasetId, activationId, datasetVersion, asBuffer(spectrum))})`] : [],
  )
  if (spectrumRows.length > 0) {
    await client.query(
      `INSERT INTO fisher_spectra (dataset_id, activation_id, dataset_version, values)
       VALUES ${spectrumRows.join(', ')} ON CONFLICT DO NOTHING`,
      spectra.values,
    )
  }
  const sources = new Parameters()
  const sourceRows = rows.map(({ position, byteOffset, evaluation, listed, bytes }) => {
    const evaluationId = evaluation ? idOf.get(evaluation.expression) : null
    return `(${list(sources, datasetId, position, byteOffset, evaluationId, listed, Buffer.from(bytes))})`
  })
  await client.query(
    `INSERT INTO source_rows (dataset_id, position, byte_offset, evaluation_id, listed, bytes)
     VALUES ${sourceRows.join(', ')}`,
    sources.values,
  )
}

/** Takes an evaluation and its spectrum away, for a later row of the same expression; its source row stays. */
export async function deleteImported(client: pg.ClientBase, datasetId: number, expression: string): Promise<void> {
  await client.query(
    `WITH gone AS (DELETE FROM evaluations WHERE dataset_id = $1 AND expression = $2 RETURNING activation_id)
     DELETE FROM fisher_spectra f USING gone WHERE f.dataset_id = $1 AND f.activation_id = gone.activation_id`,
    [datasetId, expression],
  )
}

/** Takes away all that was imported into a dataset. */
export async function clearImported(client: pg.ClientBase, datasetId: number): Promise<void> {
  for (const table of ['source_rows', 'evaluations', 'fisher_spectra']) {
    await client.query(`DELETE FROM ${table} WHERE dataset_id = $1`, [datasetId])
  }
}

function list(parameters: Parameters, ...values: readonly unknown[]): string {
  return values.map((value) => parameters.add(value)).join(', ')
}

function asBuffer(values: Float32Array): Buffer {
  const { buffer, byteOffset, byteLength } = toLittleEndianBytes(values)
  return Buffer.from(buffer, byteOffset, byteLength)
}

const COLUMNS = {
  trainAccuracy: 'train_accuracy',
  trainLoss: 'train_loss',
  validationAccuracy: 'validation_accuracy',
  validationLoss: 'validation_loss',
  testAccuracy: 'test_accuracy',
  testLoss: 'test_loss',
  runtimeSeconds: 'runtime_seconds',
} as const satisfies Record<keyof NewMetrics, string>
const FIELDS = Object.keys(COLUMNS)

const INSERT_EVALUATIONS = `
  INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at, ${Object.values(COLUMNS).join(', ')})
  SELECT $1, new."activationId", new.expression, 'IMPORTED', now(), ${FIELDS.map((field) => `new."${field}"`).join(', ')}
  FROM json_to_recordset($2::json) AS new ("activationId" int, expression text,
    ${FIELDS.map((field) => `"${field}" float8`).join(', ')})
  RETURNING id, expression`
