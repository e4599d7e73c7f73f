import type { Kysely } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'
import type { MetricColumn } from '../tables/metric-columns.js'
import { findId, type OrderedValues, type PackedLists, type RepeatedRuns } from './column-view.js'
import type { AboutColumns } from './keep-columns.js'
import { toDoubles, toIntegers } from './packed.js'
import { NO_SINGLE_RUN } from './repeated-runs.js'

/** Bytes of lists that a process keeps for each database. A million evaluations take 20 MB, and 20 MB for each metric. */
const MOST_BYTES = 96 * 2 ** 20

type List = Int32Array | OrderedValues | readonly RepeatedRuns[]

/** The lists of each pool: processes may use several databases. */
const caches = new WeakMap<Kysely<Tables>, LRUCache<string, List>>()

interface NeededLists {
  readonly columns: readonly MetricColumn[]
  readonly repeated: MetricColumn | undefined
  readonly seeds: boolean
}

/** Reads the lists of a generation that a question needs, unless this process has them. */
export async function loadLists(
  pool: Kysely<Tables>,
  db: Kysely<Tables>,
  { datasetId, generation }: { readonly datasetId: number; readonly generation: string },
  about: AboutColumns,
  { columns, repeated, seeds }: NeededLists,
): Promise<PackedLists> {
  const words = Array.from({ length: Math.ceil(about.operators.length / 32) }, (_, word) => `operators ${word}`)
  const names = ['ids', 'run counts', 'traits', ...words]
  const parts = new Map(names.map((name) => [name, [name]]))
  for (const column of columns) parts.set(column, [`${column} ids`, `${column} values`])
  if (repeated) parts.set(`${repeated} repeated`, [`${repeated} repeated`])
  if (seeds) parts.set('seeds', ['seeds'])
  const cache = caches.get(pool) ?? new LRUCache<string, List>({ maxSize: MOST_BYTES, sizeCalculation: sizeOf })
  caches.set(pool, cache)
  const keyOf = (name: string) => `${datasetId} ${generation} ${name}`
  const known = new Map<string, List>()
  for (const name of parts.keys()) {
    const list = cache.get(keyOf(name))
    if (list) known.set(name, list)
  }
  const missing = [...parts].flatMap(([name, stored]) => (known.has(name) ? [] : stored))
  const read = new Map(missing.length > 0 ? await readBytes(db, datasetId, generation, missing) : [])
  const list = <Value extends List>(name: string, make: () => Value): Value => {
    const found = (known.get(name) as Value | undefined) ?? make()
    if (!known.has(name)) cache.set(keyOf(name), found)
    return found
  }
  const bytesOf = (name: string): Buffer => {
    const bytes = read.get(name)
    if (!bytes)
      throw new Error(`dataset_columns: ${name} of dataset ${datasetId} is missing; expected all of a generation`)
    return bytes
  }
  const integers = (name: string) => list(name, () => toIntegers(bytesOf(name)))
  const ids = integers('ids')
  return {
    ids,
    runCounts: integers('run counts'),
    traits: integers('traits'),
    operators: words.map(integers),
    operatorNames: about.operators,
    roots: about.roots,
    metrics: new Map(
      columns.map((column) => [
        column,
        list(column, () => toOrder(ids, toIntegers(bytesOf(`${column} ids`)), toDoubles(bytesOf(`${column} values`)))),
      ]),
    ),
    repeated: new Map(
      repeated
        ? [[repeated, list(`${repeated} repeated`, () => toRepeated(ids, bytesOf(`${repeated} repeated`)))]]
        : [],
    ),
    seeds: seeds ? list('seeds', () => toSeeds(ids, toIntegers(bytesOf('seeds')))) : null,
  }
}

async function readBytes(
  db: Kysely<Tables>,
  datasetId: number,
  generation: string,
  names: readonly string[],
): Promise<[string, Buffer][]> {
  const rows = await db
    .selectFrom('dataset_columns as c')
    .select(['c.name', 'c.bytes'])
    .where('c.dataset_id', '=', datasetId)
    .where('c.generation', '=', generation)
    .where('c.name', '=', anyOf(names))
    .execute()
  return rows.map(({ name, bytes }) => [name, bytes])
}

function toOrder(ids: Int32Array, orderedIds: Int32Array, values: Float64Array): OrderedValues {
  const places = toPlaces(ids, orderedIds)
  const byPlace = new Float64Array(ids.length).fill(Number.NaN)
  for (let i = 0; i < places.length; i++) byPlace[places[i]] = values[i]
  return { values, places, byPlace }
}

/** The places of ids in an ascending list that has them all. */
function toPlaces(ids: Int32Array, wanted: Int32Array): Int32Array {
  const [first, last] = [ids[0], ids[ids.length - 1]]
  // Ids of an import follow each other.
  if (last - first < 4 * ids.length) {
    const places = new Int32Array(last - first + 1)
    for (let place = 0; place < ids.length; place++) places[ids[place] - first] = place
    return wanted.map((id) => places[id - first])
  }
  return wanted.map((id) => findId(ids, id))
}

/** Pairs of an id and the seed of its single run, by places. */
function toSeeds(ids: Int32Array, pairs: Int32Array): Int32Array {
  const places = toPlaces(
    ids,
    pairs.filter((_, i) => i % 2 === 0),
  )
  const seeds = new Int32Array(ids.length).fill(NO_SINGLE_RUN)
  for (let i = 0; i < places.length; i++) seeds[places[i]] = pairs[2 * i + 1]
  return seeds
}

/** Each takes 16 bytes: the id, the number of runs and the squares. */
function toRepeated(ids: Int32Array, bytes: Buffer): RepeatedRuns[] {
  return Array.from({ length: bytes.length / 16 }, (_, i) => ({
    id: bytes.readInt32BE(16 * i),
    place: findId(ids, bytes.readInt32BE(16 * i)),
    runs: bytes.readInt32BE(16 * i + 4),
    squares: bytes.readDoubleBE(16 * i + 8),
  }))
}

function sizeOf(list: List): number {
  if (list instanceof Int32Array) return list.byteLength + 1
  if (!('values' in list) || !('byPlace' in list)) return 64 * (list as readonly RepeatedRuns[]).length + 1
  return list.values.byteLength + list.places.byteLength + list.byPlace.byteLength + 1
}
