import type { Database } from '../db/connection/client.js'

/** Remembers what is costly to load, for each open database apart. */
export interface BoundedCache<Key, Value> {
  /** The remembered value, or the loaded one; callers at the same moment share one load. A failed load is forgotten. */
  get(database: Database, key: Key, load: () => Promise<Value>): Promise<Value>
}

/** Makes a cache that keeps the `capacity` values used last; each database has its own and takes it along when it goes. */
export function createBoundedCache<Key, Value>(capacity: number): BoundedCache<Key, Value> {
  const caches = new WeakMap<object, Map<Key, Promise<Value>>>()
  return {
    get(database, key, load) {
      const entries = caches.get(database.pool) ?? new Map<Key, Promise<Value>>()
      caches.set(database.pool, entries)
      const known = entries.get(key)
      if (known) entries.delete(key)
      const value = known ?? load()
      entries.set(key, value)
      if (!known) value.catch(() => entries.get(key) === value && entries.delete(key))
      if (entries.size > capacity) entries.delete(entries.keys().next().value as Key)
      return value
    },
  }
}
