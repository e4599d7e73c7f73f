import { throughOutage } from '../../db/connection/connection-errors.js'
import type { Change } from '../../db/connection/events.js'

/**
 * The objects that a subscriber sees: first the present ones, then what each change means. The changes are listened to
 * before the present state is read, so that nothing falls between. `read` gives no object where the change shows none,
 * and ends the stream with `LAST` behind the objects. What it means is read again until the database is back where that
 * went away meanwhile: a subscription outlives an outage.
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
  // Not an async generator: that one's `return` waits for the change that it is waiting for, and would listen for ever.
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

/** Stands behind the last object of a stream. */
export const LAST: unique symbol = Symbol('last')
