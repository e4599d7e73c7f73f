import { setTimeout as sleep } from 'node:timers/promises'

/** Something that was started. */
export interface Running {
  /** Resolves with the reason when it has ended. */
  readonly exited: Promise<string>
  /** Asks it to end and waits until it has ended. */
  stop(): Promise<void>
  /** Ends it at once. */
  kill(): void
}

/** Something that is started again whenever it ends by itself. */
export interface Kept {
  stop(): Promise<void>
  kill(): void
}

export interface KeepRunningOptions {
  /** Such as `worker 1`, for the log. */
  readonly name: string
  start(): Promise<Running>
  log(line: string): void
  /** First pause before a new start; each failure in a row doubles it. @defaultValue 200 */
  readonly leastPauseMilliseconds?: number
}

/**
 * Starts something, and starts it again after a growing pause whenever it ends before `stop`. Throws if the first start
 * fails. Later starts are repeated until one succeeds.
 */
export async function keepRunning(options: KeepRunningOptions): Promise<Kept> {
  const { name, start, log, leastPauseMilliseconds = 200 } = options
  const stopping = new AbortController()
  let current: Running | null = await start()
  const watching = watch()

  async function watch(): Promise<void> {
    let pause = leastPauseMilliseconds
    while (current) {
      const started = performance.now()
      const reason = await current.exited
      current = null
      if (performance.now() - started > STABLE_MILLISECONDS) pause = leastPauseMilliseconds
      for (let problem = reason; !current && !stopping.signal.aborted; ) {
        log(`${name} ended (${problem || 'no reason given'}); starting it again in ${pause / 1000} s`)
        await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {})
        if (stopping.signal.aborted) return
        pause = Math.min(2 * pause, MAX_PAUSE_MILLISECONDS)
        const next = await start().catch((error: Error) => error)
        if (next instanceof Error) problem = next.message
        else current = next
      }
      if (current) log(`${name} runs again`)
      if (stopping.signal.aborted) await current?.stop()
    }
  }

  return {
    async stop() {
      stopping.abort()
      await current?.stop()
      await watching
    },
    kill() {
      stopping.abort()
      current?.kill()
    },
  }
}

/** After running for this time the next pause is the shortest one again. */
const STABLE_MILLISECONDS = 60_000
const MAX_PAUSE_MILLISECONDS = 30_000
