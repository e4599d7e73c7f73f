import { Session } from 'node:inspector/promises'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { setFlagsFromString } from 'node:v8'

export interface MemoryRelease {
  close(): void
}

export interface MemoryReleaseOptions {
  /** How often to look. @defaultValue 15 */
  readonly seconds?: number
  /** By how much the resident memory must have grown since the last time. @defaultValue 8,000,000 */
  readonly bytes?: number
  onRelease?(): void
}

/** A process whose event loop is busy for a smaller share of the time is idle. */
const IDLE_SHARE = 0.05

/**
 * Gives the memory of a start, or of a rush of requests, back to the operating system when the process is idle. Node.js
 * itself waits for further work before it does so, and a server that nobody asks has none. Measured after a start: 106 MB
 * instead of 144 MB, for a pause of 0.2 s.
 */
export function releaseMemoryWhenIdle(options: MemoryReleaseOptions = {}): MemoryRelease {
  const { seconds = 15, bytes = 8_000_000, onRelease } = options
  let loop = performance.eventLoopUtilization()
  let atRest = 0
  const timer = setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(loop)
    loop = performance.eventLoopUtilization()
    if (utilization > IDLE_SHARE || process.memoryUsage.rss() < atRest + bytes) return
    void collectGarbage().then(() => {
      atRest = process.memoryUsage.rss()
      onRelease?.()
    })
  }, seconds * 1000)
  timer.unref()
  return { close: () => clearInterval(timer) }
}

/**
 * Lets V8 collect garbage sooner, because a server that answers from PostgreSQL needs no more memory than it holds: after a
 * collection the heap may grow by 30%, and not to a multiple. Objects of one request are never made in the old space: there, even
 * dead, they kept what later requests had made. Call it before the first request. It pauses for about 0.2 s and gives back what the start took.
 */
export async function keepHeapSmall(): Promise<void> {
  setFlagsFromString('--heap-growing-percent=30')
  setFlagsFromString('--no-allocation-site-pretenuring')
  await collectGarbage()
}

/** The inspector's collection also shrinks the heap. That of `--expose-gc` keeps its pages. */
async function collectGarbage(): Promise<void> {
  const session = new Session()
  session.connect()
  try {
    await session.post('HeapProfiler.collectGarbage')
  } finally {
    session.disconnect()
  }
}
