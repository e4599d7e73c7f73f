import { endianness } from 'node:os'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../connection/client.js'
import { compileOnce } from '../statements/compile-once.js'
import { toFloat32Array } from '../statements/float32.js'
import { sharedRead } from '../statements/shared-read.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

/** Vectors of equal length, one row per activation, by rising activation id. */
export interface VectorBlock {
  readonly activationIds: Int32Array
  /** rows × columns, row-major. */
  readonly values: Float32Array
  readonly columns: number
}

/** Where vectors are read from: outputs, or the Fisher spectra of one version of a dataset that have this length. */
export type VectorSource = { readonly kind: 'OUTPUTS' } | SpectrumSource

interface SpectrumSource {
  readonly kind: 'FISHER_SPECTRUM'
  readonly datasetId: number
  readonly version: string
  readonly columns: number
}

/** Number of outputs of every activation. */
export const OUTPUT_COLUMNS = 1000

/**
 * Yields all stored vectors of a source, of finite activations with an id above `after`, block by block, so that memory
 * does not grow with their number. Rows with a value that is not finite are left out.
 */
export async function* scanVectors(database: Database, source: VectorSource, after = 0): AsyncGenerator<VectorBlock> {
  const limit = rowsPerBlock(source)
  for (let last = after; ; ) {
    const rows = await readRows(database, source, { after: last, limit })
    if (rows.length > 0) yield toBlock(rows, columnsOf(source))
    if (rows.length < limit) return
    last = rows[rows.length - 1].activationId
  }
}

/**
 * The vectors of these activations in one matrix. Activations without a vector, or with a value that is not finite,
 * have no row.
 */
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
    const block = toBlock(await readRows(database, source, { ids }), columns)
    values.set(block.values, count * columns)
    found.set(block.activationIds, count)
    count += block.activationIds.length
  }
  return { activationIds: found.slice(0, count), values: values.subarray(0, count * columns), columns }
}

/** A text that changes when vectors are added to a source, and the approximate size of all its vectors. */
export async function stampVectors(
  { kysely }: Pick<Database, 'kysely'>,
  source: VectorSource,
): Promise<{ readonly stamp: string; readonly bytes: number }> {
  const { count, last } =
    source.kind === 'OUTPUTS' ? (await readOutputsStamp(kysely, [source.kind]))[0] : await stampSpectra(kysely, source)
  return { stamp: `${count}/${last}`, bytes: Number(count) * columnsOf(source) * 4 }
}

interface Stamp {
  readonly count: string
  readonly last: string | number | null
}

/**
 * Above 100,000 rows the count is PostgreSQL's estimate, because it only decides how the vectors are kept in memory.
 */
const stampOutputs = compileOnce(
  (db, _values: object) =>
    db
      .selectFrom(sql<{ oid: number; reltuples: number }>`pg_class`.as<'c'>(sql`c`))
      .select((eb) => [
        eb
          .selectFrom('activation_outputs as o')
          .select((eb) => eb.fn.max('o.activation_id').as('last'))
          .as('last'),
        sql<string>`case when c.reltuples > 100000 then c.reltuples::bigint
        else (select count(*) from activation_outputs) end`.as('count'),
      ])
      .where(sql<boolean>`c.oid = 'activation_outputs'::regclass`),
  'stamp-of-outputs',
)

/** Each search for neighbours asks for it. */
const readOutputsStamp = sharedRead(async (db, keys: readonly 'OUTPUTS'[]): Promise<Stamp[]> => {
  const [stamp] = await stampOutputs(db, {})
  return keys.map(() => stamp)
})

/** Also counts spectra of other versions and spectra that are not finite, which does no harm. */
function stampSpectra(db: Kysely<Tables>, { datasetId }: SpectrumSource): Promise<Stamp> {
  return db
    .selectFrom('fisher_spectra as f')
    .select([sql<string>`count(*)`.as('count'), sql<string | null>`max(f.created_at)::text`.as('last')])
    .where('f.dataset_id', '=', datasetId)
    .executeTakeFirstOrThrow()
}

interface VectorRow {
  readonly activationId: number
  readonly bytes: Uint8Array
}

const BLOCK_BYTES = 8 * 2 ** 20

function rowsPerBlock(source: VectorSource): number {
  return Math.max(1, Math.floor(BLOCK_BYTES / (4 * columnsOf(source))))
}

/** Length of the vectors of a source. */
export function columnsOf(source: VectorSource): number {
  return source.kind === 'OUTPUTS' ? OUTPUT_COLUMNS : source.columns
}

/** Rows by rising id: those above an id, up to a limit, or those of a list of ids. */
type Range = { readonly after: number; readonly limit: number } | { readonly ids: readonly number[] }

function readRows({ kysely }: Database, source: VectorSource, range: Range): Promise<VectorRow[]> {
  return source.kind === 'OUTPUTS' ? readOutputs(kysely, range) : readSpectra(kysely, source, range)
}

function readOutputs(db: Kysely<Tables>, range: Range): Promise<VectorRow[]> {
  const query = db
    .selectFrom('activation_outputs as v')
    .innerJoin('activations as a', 'a.id', 'v.activation_id')
    .select(['v.activation_id as activationId', 'v.values as bytes'])
    .where('a.is_finite', '=', true)
    .orderBy('v.activation_id')
  return 'ids' in range
    ? query.where('v.activation_id', '=', anyOf(range.ids)).execute()
    : query.where('v.activation_id', '>', range.after).limit(range.limit).execute()
}

function readSpectra(db: Kysely<Tables>, source: SpectrumSource, range: Range): Promise<VectorRow[]> {
  const query = db
    .selectFrom('fisher_spectra as v')
    .innerJoin('activations as a', 'a.id', 'v.activation_id')
    .select(['v.activation_id as activationId', 'v.values as bytes'])
    .where('a.is_finite', '=', true)
    .where('v.dataset_id', '=', source.datasetId)
    .where('v.dataset_version', '=', source.version)
    .where(sql<number>`octet_length(v."values")`, '=', source.columns * 4)
    // The length of a missing vector is null, so the condition leaves it out.
    .$narrowType<{ bytes: Buffer }>()
    .orderBy('v.activation_id')
  return 'ids' in range
    ? query.where('v.activation_id', '=', anyOf(range.ids)).execute()
    : query.where('v.activation_id', '>', range.after).limit(range.limit).execute()
}

function toBlock(rows: readonly VectorRow[], columns: number): VectorBlock {
  const values = new Float32Array(rows.length * columns)
  const bytes = new Uint8Array(values.buffer)
  const activationIds = new Int32Array(rows.length)
  let count = 0
  for (const row of rows) {
    if (IS_LITTLE_ENDIAN) bytes.set(row.bytes, count * columns * 4)
    else values.set(toFloat32Array(row.bytes), count * columns)
    // The next row overwrites one that is left out.
    if (isFiniteRange(values, count * columns, (count + 1) * columns)) activationIds[count++] = row.activationId
  }
  return { activationIds: activationIds.slice(0, count), values: values.subarray(0, count * columns), columns }
}

/** On such machines stored vectors have the layout of memory, and are copied whole. */
const IS_LITTLE_ENDIAN = endianness() === 'LE'

function isFiniteRange(values: Float32Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) if (values[index] - values[index] !== 0) return false
  return true
}
