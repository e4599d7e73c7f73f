import { setTimeout as sleep } from 'node:timers/promises'
import { isConnectionError } from './connection-errors.js'

export interface WatchOptions {
  /** Pause before the first look and between two. */
  readonly pauseSeconds: number
  /** Looks once at the database. A long look ends when the signal is aborted. */
  look(signal: AbortSignal): Promise<unknown>
  /** Called for an error other than a lost connection. The next look comes as usual. */
  onError(error: unknown): void
}

/** Looks at the database again and again, until it is closed. It does not keep the process alive. */
export function openWatch({ pauseSeconds, look, onError }: WatchOptions): { close(): Promise<void> } {
  const closing = new AbortController()
  const { signal } = closing
  async function watch(): Promise<void> {
    while (!signal.aborted) {
      await sleep(pauseSeconds * 1000, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      await look(signal).catch((error: unknown) => {
        if (!isConnectionError(error)) onError(error)
      })
    }
  }
  const watching = watch()
  return {
    async close() {
      closing.abort()
      await watching
    },
  }
}
