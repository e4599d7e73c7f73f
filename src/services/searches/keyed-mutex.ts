import type { Database } from '../../db/connection/client.js'

const queues = new WeakMap<object, Map<number, Promise<unknown>>>()

/**
 * Runs `work` after all earlier work with the same id in this process. Processes exclude each other by the lock of the
 * row; this mutex keeps the requests that wait for that lock from taking all connections of the pool.
 */
export function withMutex<Result>(database: Database, id: number, work: () => Promise<Result>): Promise<Result> {
  const tails = queues.get(database.pool) ?? new Map<number, Promise<unknown>>()
  queues.set(database.pool, tails)
  const result = (tails.get(id) ?? Promise.resolve()).then(work)
  const settled = result.catch(() => {})
  tails.set(id, settled)
  settled.then(() => tails.get(id) === settled && tails.delete(id))
  return result
}
