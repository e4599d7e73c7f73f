import type { Database } from '../../db/connection/client.js'

const queues = new WeakMap<object, Map<number, Promise<unknown>>>()

/**
 * Runs `work` after all earlier work for the same id in this process. The lock of the row decides among processes; this
 * keeps a crowd that waits for one row from holding all connections of the pool meanwhile.
 */
export function takeTurns<Result>(database: Database, id: number, work: () => Promise<Result>): Promise<Result> {
  const waiting = queues.get(database.pool) ?? new Map<number, Promise<unknown>>()
  queues.set(database.pool, waiting)
  const result = (waiting.get(id) ?? Promise.resolve()).then(work)
  const settled = result.catch(() => {})
  waiting.set(id, settled)
  settled.then(() => waiting.get(id) === settled && waiting.delete(id))
  return result
}
