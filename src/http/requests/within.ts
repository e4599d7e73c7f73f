import { once } from 'node:events'

/** The value of a promise, or `late` if it takes longer than this. */
export function within<Value, Late>(milliseconds: number, promise: Promise<Value>, late: Late): Promise<Value | Late> {
  const timeout = once(AbortSignal.timeout(milliseconds), 'abort').then(() => late)
  return Promise.race([promise, timeout])
}
