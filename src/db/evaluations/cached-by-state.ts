import { type Kysely, sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import { sharedRead } from '../statements/shared-read.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'
import { FUNCTIONS } from './keep-counts.js'

/** Largest number of values that a process keeps for each database: up to 200 kB each, and numbers. */
const MOST_VALUES = { large: 100, number: 2000 }

interface Cached {
  readonly state: string
  readonly value: Promise<unknown>
}

type Size = keyof typeof MOST_VALUES

/** The values of each pool: processes may use several databases. */
const caches: Readonly<Record<Size, WeakMap<Kysely<Tables>, LRUCache<string, Cached>>>> = {
  large: new WeakMap(),
  number: new WeakMap(),
}

/** A dataset by its id, or by its name, so that nobody has to read its row first. */
export type DatasetKey = number | string

/** The ids of datasets that may not be given by their names. */
export function toIds(datasets: readonly DatasetKey[]): readonly number[] {
  const named = datasets.find((key) => typeof key === 'string')
  if (named !== undefined) throw new Error(`dataset: expected an id, got the name ${named}`)
  return datasets as readonly number[]
}

/**
 * A value for each dataset that depends only on its evaluations and runs, and on the operators and properties of its functions. It is computed again when one of them changed, in
 * whatever process: the database says so. `name` tells values of different kinds apart. Throws for the name of a dataset that does not
 * exist.
 */
export async function cachedByState<Value>(
  db: Kysely<Tables>,
  name: string,
  datasets: readonly DatasetKey[],
  compute: (datasetId: number) => Promise<Value>,
  size: Size = 'large',
): Promise<Value[]> {
  const cache = caches[size].get(db) ?? new LRUCache<string, Cached>({ max: MOST_VALUES[size] })
  caches[size].set(db, cache)
  // Read before the value is computed: the value may be newer than the state, and is then computed once more.
  const found = await readStates(db, datasets)
  const valueIn = (id: number, state: string | null): Promise<Value> => {
    if (!state) return compute(id)
    const key = `${id} ${name}`
    const known = cache.get(key)
    if (known?.state === state) return known.value as Promise<Value>
    const value = compute(id)
    const cached = { state, value }
    cache.set(key, cached)
    value.catch(() => {
      if (cache.peek(key) === cached) cache.delete(key)
    })
    return value
  }
  const values: Value[] = []
  // One after the other, so that one request does not take all connections.
  for (const [i, dataset] of datasets.entries()) {
    const kept = found[i]
    const id = typeof dataset === 'number' ? dataset : kept?.id
    if (id === undefined) throw new Error(`dataset: expected the name of one that exists, got ${dataset}`)
    values.push(await valueIn(id, kept?.state ?? null))
  }
  return values
}

interface DatasetState {
  readonly id: number
  readonly name: string
  readonly state: string | null
}

/** Values that are asked for at the same moment, such as statistics and groups of a dataset, need one statement. */
const readStates = sharedRead(async (db, datasets: readonly DatasetKey[]) => {
  const ids = datasets.filter((key) => typeof key === 'number')
  const names = datasets.filter((key) => typeof key === 'string')
  const rows = await Promise.all([
    ids.length > 0 ? statesById(db, { ids }) : [],
    names.length > 0 ? statesByName(db, { names }) : [],
  ])
  const found = new Map<DatasetKey, DatasetState>()
  for (const row of rows.flat()) found.set(row.id, row).set(row.name, row)
  return datasets.map((key) => found.get(key) ?? null)
})

/**
 * What a dataset is like: a generation of its counts, the number of changes since then, which only grows, and which
 * changes of functions there were. Null if nothing is kept, because nobody would notice a change.
 */
const selectStates = (db: Kysely<Tables>) =>
  db
    .selectFrom('datasets as d')
    .leftJoin('kept_datasets as k', 'k.dataset_id', 'd.id')
    .select(['d.id', 'd.name'])
    .select((eb) =>
      sql<string | null>`case when k.dataset_id is not null then concat_ws(' ', k.generation, k.built_at, ${eb
        .selectFrom('evaluation_changes as x')
        .select(sql`count(*)`.as('count'))
        .whereRef('x.dataset_id', '=', 'd.id')}, d.version, 'functions', ${eb
        .selectFrom('evaluation_changes as f')
        .select(sql`concat_ws(' ', count(*), sum(f.id), max(f.id))`.as('changes'))
        .where('f.dataset_id', '=', FUNCTIONS)}) end`.as('state'),
    )

const statesById = compileOnce(
  (db, { ids }: Placeholders<{ ids: readonly number[] }>) => selectStates(db).where('d.id', '=', anyOf(ids)),
  'states-of-datasets',
)

const statesByName = compileOnce(
  (db, { names }: Placeholders<{ names: readonly string[] }>) => selectStates(db).where('d.name', '=', anyOf(names)),
  'states-of-named-datasets',
)
