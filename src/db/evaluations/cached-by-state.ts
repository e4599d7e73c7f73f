import DataLoader from 'dataloader'
import { type Kysely, sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import { inOrder } from '../statements/align.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
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

/**
 * A value for each dataset that depends only on its evaluations and runs, and on the operators and properties of its functions. It is computed again when one of them changed, in
 * whatever process: the database says so. `name` tells values of different kinds apart.
 */
export async function cachedByState<Value>(
  db: Kysely<Tables>,
  name: string,
  datasetIds: readonly number[],
  compute: (datasetId: number) => Promise<Value>,
  size: Size = 'large',
): Promise<Value[]> {
  const cache = caches[size].get(db) ?? new LRUCache<string, Cached>({ max: MOST_VALUES[size] })
  caches[size].set(db, cache)
  // Read before the value is computed: the value may be newer than the state, and is then computed once more.
  const found = await statesOf(db).loadMany(datasetIds)
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
  for (const [i, id] of datasetIds.entries()) {
    const state = found[i]
    if (state instanceof Error) throw state
    values.push(await valueIn(id, state))
  }
  return values
}

type StateLoader = DataLoader<number, string | null>
const loaders = new WeakMap<Kysely<Tables>, StateLoader>()

/** Values that are asked for at the same moment, such as statistics and groups of a dataset, need one statement. */
function statesOf(db: Kysely<Tables>): StateLoader {
  const read = async (ids: readonly number[]) => {
    const rows = await states(db, { ids })
    return inOrder(ids, rows, ({ id }) => id).map((row) => row?.state ?? null)
  }
  const loader = loaders.get(db) ?? new DataLoader(read, { cache: false })
  loaders.set(db, loader)
  return loader
}

/**
 * What a dataset is like: a generation of its counts, the number of changes since then, which only grows, and which
 * changes of functions there were. Null if nothing is
 * kept, because nobody would notice a change.
 */
const states = compileOnce(
  (db, { ids }: Placeholders<{ ids: readonly number[] }>) =>
    db
      .selectFrom('datasets as d')
      .innerJoin('kept_datasets as k', 'k.dataset_id', 'd.id')
      .select('d.id')
      .select((eb) =>
        sql<string>`concat_ws(' ', k.generation, k.built_at, ${eb
          .selectFrom('evaluation_changes as x')
          .select(sql`count(*)`.as('count'))
          .whereRef('x.dataset_id', '=', 'd.id')}, d.version, 'functions', ${eb
          .selectFrom('evaluation_changes as f')
          .select(sql`concat_ws(' ', count(*), sum(f.id), max(f.id))`.as('changes'))
          .where('f.dataset_id', '=', FUNCTIONS)})`.as('state'),
      )
      .where('d.id', '=', anyOf(ids)),
  'states-of-datasets',
)
