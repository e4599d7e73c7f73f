import { ActbenchError } from '../errors.js'

/** Options of every long computation: progress from 0 to 1, and a way to stop it early. */
export interface PaceOptions {
  /**
   * Receives the completed share, 0 to 1, at most about twenty times a second. The computation waits for its promise.
   */
  readonly onProgress?: (share: number) => void | Promise<void>
  /** If it aborts, the computation rejects with the signal's reason at its next pause. */
  readonly signal?: AbortSignal
  /** Longest time in milliseconds between two pauses. @defaultValue 50 */
  readonly holdMilliseconds?: number
}

/**
 * Yields to the event loop if the last pause is old enough. `due()` is cheap, so hot loops can ask often; if it returns
 * true, await `pause(share)`.
 */
export interface Pace {
  due(): boolean
  pause(share: number): Promise<void>
}

/** Longest time between two pauses in a process that answers no requests. */
const HOLD_MILLISECONDS = 50

/**
 * The same in a server. A suggestion is a dozen consecutive statements, and the computation for another request may
 * delay the answer to each of them.
 */
export const SERVED_HOLD_MILLISECONDS = 2

/** A pace for one computation. The clock decides only when to yield and never affects a result. */
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

/** Throws BAD_USER_INPUT that names the argument. All input checks of this folder use it. */
export function refuse(argument: string, expected: string, received: unknown): never {
  throw new ActbenchError('BAD_USER_INPUT', `${argument}: expected ${expected}, got ${String(received)}`, {
    argument,
  })
}
