import { LRUCache } from 'lru-cache'
import type { Database } from '../db/connection/client.js'

/** A cache of values that are expensive to load, separate for each open database. */
export interface DatabaseCache<Key, Value> {
  /** Returns the cached value, or loads it. Concurrent callers share one load; a load that fails is not cached. */
  get(database: Database, key: Key, load: () => Promise<Value>): Promise<Value>
}

/** Creates a cache of the `max` most recently used values of each database. */
export function createDatabaseCache<Key extends string | number, Value>(max: number): DatabaseCache<Key, Value> {
  const caches = new WeakMap<object, LRUCache<Key, Promise<Value>>>()
  return {
    get(database, key, load) {
      const cache = caches.get(database.pool) ?? new LRUCache<Key, Promise<Value>>({ max })
      caches.set(database.pool, cache)
      const cached = cache.get(key)
      if (cached) return cached
      const loading = load()
      cache.set(key, loading)
      loading.catch(() => cache.peek(key) === loading && cache.delete(key))
      return loading
    },
  }
}
