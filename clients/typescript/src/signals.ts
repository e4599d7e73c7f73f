/** Resolves after this time. Rejects with the reason of the signal when it is aborted. */
export function pause(milliseconds: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

export interface LinkedController {
  readonly controller: AbortController
  /** Forgets the other signal. Without this, a signal that lives long would keep every request. */
  unlink(): void
}

/** A controller that is aborted with another signal. */
export function linkController(signal?: AbortSignal | null): LinkedController {
  const controller = new AbortController()
  if (!signal) return { controller, unlink: () => {} }
  const abort = () => controller.abort(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return { controller, unlink: () => signal.removeEventListener('abort', abort) }
}
