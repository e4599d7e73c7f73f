import { ActbenchError } from '../errors.js'

/** What every long computation of this folder takes: progress from 0 to 1, and a way to end it early. */
export interface PaceOptions {
  /** Called with the done share, 0 to 1, at most some twenty times a second; it may wait. */
  readonly onProgress?: (share: number) => void | Promise<void>
  /** Aborted: the computation rejects with the signal's reason at its next pause. */
  readonly signal?: AbortSignal
  /** How long the event loop may be held. @defaultValue 50 */
  readonly holdMilliseconds?: number
}

/**
 * Gives way to the event loop when the last pause is old enough. `true` means: await `pause(share)` now. Split in two so
 * that hot loops ask a cheap question and await only where there is something to wait for.
 */
export interface Pace {
  due(): boolean
  pause(share: number): Promise<void>
}

/** How long a computation holds the event loop before it yields, where nobody waits for answers beside it. */
const HOLD_MILLISECONDS = 50

/**
 * The same in a server: a suggestion is a dozen statements, one after the other, and each one's answer may find the event loop
 * held by what is prepared for another.
 */
export const SERVED_HOLD_MILLISECONDS = 2

/** A pace for one computation. The clock decides only when to yield, never what is computed. */
export function createPace(options: PaceOptions = {}): Pace {
  let last = performance.now()
  return {
    due: () => performance.now() - last >= (options.holdMilliseconds ?? HOLD_MILLISECONDS),
    async pause(share) {
      if (options.onProgress) await options.onProgress(Math.min(1, Math.max(0, share)))
      await new Promise<void>((resolve) => setImmediate(resolve))
      options.signal?.throwIfAborted()
      last = performance.now()
    },
  }
}

/** Options for one step of several: its progress 0 to 1 becomes `from` to `to` of the whole. */
export function toPartOf(options: PaceOptions, from: number, to: number): PaceOptions {
  const { onProgress, ...others } = options
  return { ...others, onProgress: onProgress && ((share) => onProgress(from + share * (to - from))) }
}

/** Throws BAD_USER_INPUT naming the argument; the checks of this folder end here. */
export function refuse(argument: string, expected: string, received: unknown): never {
  throw new ActbenchError('BAD_USER_INPUT', `${argument}: expected ${expected}, received ${String(received)}`, {
    argument,
  })
}
