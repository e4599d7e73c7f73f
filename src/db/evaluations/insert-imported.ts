import type pg from 'pg'
import { toLittleEndianBytes } from '../statements/float32.js'
import type { NewMetrics } from './insert-runs.js'

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
 * Of two rows that are one activation the first has its spectrum stored.
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
  const spectra = evaluations.flatMap(({ activationId, spectrum }) =>
    spectrum ? [{ activationId, bytes: toLittleEndianBytes(spectrum) }] : [],
  )
  if (spectra.length > 0) await client.query(INSERT_SPECTRA, [datasetId, ...pack(spectra), datasetVersion])
  const sources = rows.map(({ position, byteOffset, evaluation, listed, bytes }) => {
    const evaluationId = evaluation ? idOf.get(evaluation.expression) : null
    return { position, byteOffset, evaluationId, listed, bytes }
  })
  await client.query(INSERT_SOURCE_ROWS, [datasetId, ...pack(sources)])
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

/**
 * The items as JSON with the places of their bytes, and the bytes one behind the other: a parameter each. Bytes within an
 * array would travel as text of twice the size, and each parameter has `pg` copy all those before it.
 */
function pack(items: readonly { readonly bytes: Uint8Array }[]): [json: string, bytes: Buffer] {
  let next = 1
  const placed = items.map(({ bytes: { length }, ...item }) => {
    const start = next
    next += length
    return { ...item, start, length }
  })
  return [JSON.stringify(placed), Buffer.concat(items.map(({ bytes }) => bytes))]
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

const INSERT_SPECTRA = `
  INSERT INTO fisher_spectra (dataset_id, activation_id, dataset_version, values)
  SELECT $1, new."activationId", $4, substring($3::bytea FROM new.start FOR new.length)
  FROM json_to_recordset($2::json) AS new ("activationId" int, start int, length int)
  ON CONFLICT DO NOTHING`

const INSERT_SOURCE_ROWS = `
  INSERT INTO source_rows (dataset_id, position, byte_offset, evaluation_id, listed, bytes)
  SELECT $1, new.position, new."byteOffset", new."evaluationId", new.listed,
    substring($3::bytea FROM new.start FOR new.length)
  FROM json_to_recordset($2::json) AS new (position int, "byteOffset" bigint, "evaluationId" int, listed text[],
    start int, length int)`
