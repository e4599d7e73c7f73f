import DataLoader from 'dataloader'
import type { Kysely } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** Reads the values of keys, in the same order. */
export type Read<Key, Value> = (db: Kysely<Tables>, keys: readonly Key[]) => Promise<Value[]>

/** Larger reads run alone, so that nobody waits for the keys of another request. */
const MOST_KEYS = 100

/**
 * The same read, with one statement for all requests that ask at the same moment: those whose keys come within one turn of
 * the event loop. Nothing is kept: the statement starts after each of them has asked. Only for reads that are small
 * and do not fail because of a key, since a failed statement fails for all of them.
 */
export function sharedRead<Key extends number | string, Value>(read: Read<Key, Value>): Read<Key, Value> {
  const loaders = new WeakMap<Kysely<Tables>, DataLoader<Key, Value>>()
  return async (db, keys) => {
    if (keys.length > MOST_KEYS || db.isTransaction) return read(db, keys)
    const loader =
      loaders.get(db) ??
      new DataLoader<Key, Value>((all) => read(db, all), {
        cache: false,
        batchScheduleFn: setImmediate,
        maxBatchSize: 10 * MOST_KEYS,
      })
    loaders.set(db, loader)
    const values = await loader.loadMany(keys)
    return values.map((value) => {
      if (value instanceof Error) throw value
      return value
    })
  }
}
