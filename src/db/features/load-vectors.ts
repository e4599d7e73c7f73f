import { endianness } from 'node:os'
import type { Database } from '../connection/client.js'
import { toFloat32Array } from '../statements/float32.js'

/** Vectors of one length, one row an activation, in rising order of their ids. */
export interface VectorBlock {
  readonly activationIds: Int32Array
  /** rows × columns, row-major. */
  readonly values: Float32Array
  readonly columns: number
}

/** Where vectors are read from: outputs, or the Fisher spectra of a dataset (those of its version and length alone). */
export type VectorSource =
  | { readonly kind: 'OUTPUTS' }
  | { readonly kind: 'FISHER_SPECTRUM'; readonly datasetId: number; readonly version: string; readonly columns: number }

/** Values that every activation's outputs have. */
export const OUTPUT_COLUMNS = 1000

/**
 * All stored vectors of a source, of finite activations with an id above `after`, a block at a time: what is held at once
 * does not grow with their number. Rows that hold a value that is not finite are left out.
 */
export async function* scanVectors(database: Database, source: VectorSource, after = 0): AsyncGenerator<VectorBlock> {
  const limit = rowsPerBlock(source)
  for (let last = after; ; ) {
    const rows = await readRows(database, source, 'v.activation_id > $1 ORDER BY 1 LIMIT $2', [last, limit])
    if (rows.length > 0) yield toBlock(rows, columnsOf(source))
    if (rows.length < limit) return
    last = rows[rows.length - 1].activationId
  }
}

/** The vectors of these activations in one matrix; those that have none (or one that is not finite) have no row. */
export async function loadVectors(
  database: Database,
  source: VectorSource,
  activationIds: Int32Array,
): Promise<VectorBlock> {
  const columns = columnsOf(source)
  const sorted = activationIds.slice().sort()
  const values = new Float32Array(sorted.length * columns)
  const found = new Int32Array(sorted.length)
  let count = 0
  for (let start = 0; start < sorted.length; start += rowsPerBlock(source)) {
    const ids = Array.from(sorted.subarray(start, start + rowsPerBlock(source)))
    const block = toBlock(await readRows(database, source, 'v.activation_id = ANY($1) ORDER BY 1', [ids]), columns)
    values.set(block.values, count * columns)
    found.set(block.activationIds, count)
    count += block.activationIds.length
  }
  return { activationIds: found.slice(0, count), values: values.subarray(0, count * columns), columns }
}

/** Changes whenever vectors are added to a source; with it the size of all of them, at least roughly. */
export async function stampVectors(
  database: Database,
  source: VectorSource,
): Promise<{ readonly stamp: string; readonly bytes: number }> {
  // Counting the ids alone reads an index; what is not finite or of another version is counted too and does no harm. Of
  // more than 100,000 outputs PostgreSQL's own estimate will do: their number only decides how they are kept.
  const { rows } =
    source.kind === 'OUTPUTS'
      ? await database.pool.query(
          `SELECT (SELECT max(activation_id) FROM activation_outputs) AS last,
             CASE WHEN c.reltuples > 100000 THEN c.reltuples::bigint
               ELSE (SELECT count(*) FROM activation_outputs) END AS count
           FROM pg_class c WHERE c.oid = 'activation_outputs'::regclass`,
        )
      : await database.pool.query(
          'SELECT count(*) AS count, max(created_at)::text AS last FROM fisher_spectra WHERE dataset_id = $1',
          [source.datasetId],
        )
  const { count, last } = rows[0]
  return { stamp: `${count}/${last}`, bytes: Number(count) * columnsOf(source) * 4 }
}

interface VectorRow {
  readonly activationId: number
  readonly bytes: Uint8Array
}

const BLOCK_BYTES = 8 * 2 ** 20

function rowsPerBlock(source: VectorSource): number {
  return Math.max(1, Math.floor(BLOCK_BYTES / (4 * columnsOf(source))))
}

/** Values of each vector of a source. */
export function columnsOf(source: VectorSource): number {
  return source.kind === 'OUTPUTS' ? OUTPUT_COLUMNS : source.columns
}

async function readRows(
  database: Database,
  source: VectorSource,
  condition: string,
  parameters: unknown[],
): Promise<VectorRow[]> {
  const isOutputs = source.kind === 'OUTPUTS'
  const own = isOutputs ? [] : [source.datasetId, source.version, source.columns * 4]
  const text = `
    SELECT v.activation_id AS "activationId", v."values" AS bytes
    FROM ${isOutputs ? 'activation_outputs' : 'fisher_spectra'} v JOIN activations a ON a.id = v.activation_id
    WHERE a.is_finite ${isOutputs ? '' : OWN_SPECTRUM(parameters.length)} AND ${condition}`
  const { rows } = await database.pool.query<VectorRow>(text, [...parameters, ...own])
  return rows
}

const OWN_SPECTRUM = (before: number) =>
  `AND v.dataset_id = $${before + 1} AND v.dataset_version = $${before + 2} AND octet_length(v."values") = $${before + 3}`

function toBlock(rows: readonly VectorRow[], columns: number): VectorBlock {
  const values = new Float32Array(rows.length * columns)
  const bytes = new Uint8Array(values.buffer)
  const activationIds = new Int32Array(rows.length)
  let count = 0
  for (const row of rows) {
    if (IS_LITTLE_ENDIAN) bytes.set(row.bytes, count * columns * 4)
    else values.set(toFloat32Array(row.bytes), count * columns)
    // A row that is left out is overwritten by the next one.
    if (isFiniteRange(values, count * columns, (count + 1) * columns)) activationIds[count++] = row.activationId
  }
  return { activationIds: activationIds.slice(0, count), values: values.subarray(0, count * columns), columns }
}

/** Then the stored bytes are those in memory, and a vector is copied at once and not number by number. */
const IS_LITTLE_ENDIAN = endianness() === 'LE'

function isFiniteRange(values: Float32Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) if (values[index] - values[index] !== 0) return false
  return true
}
