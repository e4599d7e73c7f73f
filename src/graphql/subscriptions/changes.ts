import { throughOutage } from '../../db/connection/connection-errors.js'
import type { Change } from '../../db/connection/events.js'

/**
 * The objects that a subscriber receives: first the current ones, then those of each change. The caller subscribes to
 * `changes` before this function reads the current state, so that no change is missed. `read` returns the objects of a
 * change, possibly none, and appends `LAST` to end the stream. If the database is not reachable, `read` is repeated
 * until it is, so that a subscription survives an outage.
 */
export function followChanges<Item extends object>(
  changes: AsyncIterableIterator<Change>,
  present: () => Promise<readonly (Item | typeof LAST)[]>,
  read: (change: Change) => Promise<readonly (Item | typeof LAST)[]>,
): AsyncIterableIterator<Item> {
  let waiting: (Item | typeof LAST)[] | null = null
  const ending = new AbortController()
  const finish = async (): Promise<IteratorResult<Item>> => {
    ending.abort()
    await changes.return?.()
    return { done: true, value: undefined }
  }
  // Not an async generator: its `return` would wait for the next change, so the subscription might never end.
  const iterator: AsyncIterableIterator<Item> = {
    async next() {
      try {
        waiting ??= [...(await present())]
        for (;;) {
          const item = waiting.shift()
          if (item === LAST) return await finish()
          if (item !== undefined) return { done: false, value: item }
          const change = await changes.next()
          if (change.done) return change
          waiting.push(...(await throughOutage(() => read(change.value), ending.signal)))
        }
      } catch (error) {
        await changes.return?.()
        throw error
      }
    },
    return: finish,
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}

/** Follows the last object of a stream. */
export const LAST: unique symbol = Symbol('last')
