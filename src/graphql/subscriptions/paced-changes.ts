import { setTimeout as sleep } from 'node:timers/promises'
import type { Change } from '../../db/connection/events.js'

/** Changes for a subscriber that reads the whole state of an object at each of them. */
export interface PacedChanges extends AsyncIterableIterator<Change> {
  /** Adds a `resync` this many milliseconds from now, for a change that happens by time. Null cancels it. */
  wakeIn(milliseconds: number | null): void
}

/** Timers of Node fire at once if they are longer than 24 days. */
const LONGEST_WAIT = 24 * 60 * 60 * 1000

/**
 * At most one change in `pauseMilliseconds`. Changes that happen in between are sent as one, so that a burst of changes
 * costs a client no more events than it can follow.
 */
export function paceChanges(changes: AsyncIterableIterator<Change>, pauseMilliseconds: number): PacedChanges {
  const ending = new AbortController()
  let pending: Promise<IteratorResult<Change>> | null = null
  let notBefore = 0
  let wakeAt = Number.POSITIVE_INFINITY
  const wait = async (milliseconds: number, signal: AbortSignal) => {
    if (milliseconds > 0) await sleep(Math.min(milliseconds, LONGEST_WAIT), undefined, { signal }).catch(() => {})
  }
  const paced: PacedChanges = {
    async next() {
      await wait(notBefore - performance.now(), ending.signal)
      pending ??= changes.next()
      const alarm = new AbortController()
      const woken = wait(wakeAt - performance.now(), AbortSignal.any([alarm.signal, ending.signal]))
      const result = await Promise.race([pending, ...(Number.isFinite(wakeAt) ? [woken] : [])])
      alarm.abort()
      notBefore = performance.now() + pauseMilliseconds
      if (result) {
        pending = null
        return result
      }
      wakeAt = Number.POSITIVE_INFINITY
      return ending.signal.aborted ? { done: true, value: undefined } : { done: false, value: { kind: 'resync' } }
    },
    async return() {
      ending.abort()
      await changes.return?.()
      return { done: true, value: undefined }
    },
    wakeIn(milliseconds) {
      wakeAt = milliseconds === null ? Number.POSITIVE_INFINITY : performance.now() + Math.max(0, milliseconds)
    },
    [Symbol.asyncIterator]: () => paced,
  }
  return paced
}
