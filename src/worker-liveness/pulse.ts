/** Memory that a worker's tasks share with its heartbeat thread, which can thus notice a hang of the main thread. */
export interface Pulse {
  readonly buffer: SharedArrayBuffer
  /** Called by tasks when they make progress: after a step of a training or a part of a fit. */
  beat(): void
  /** Runs a task. Stall detection is active only while a task runs. */
  during<Result>(task: () => Promise<Result>): Promise<Result>
}

/** Indexes of the two shared numbers: beats so far, and running tasks. */
const BEATS = 0
const RUNNING = 1

export function createPulse(): Pulse {
  const buffer = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)
  const numbers = new Int32Array(buffer)
  const beat = () => void Atomics.add(numbers, BEATS, 1)
  return {
    buffer,
    beat,
    async during(task) {
      beat()
      Atomics.add(numbers, RUNNING, 1)
      try {
        return await task()
      } finally {
        Atomics.sub(numbers, RUNNING, 1)
        beat()
      }
    },
  }
}

/** Watches a pulse from the other thread. */
export interface PulseWatch {
  /** Starts the time again: tasks waited while the database was unreachable. */
  reset(): void
  /** Whether a task runs and has made no progress for `stallSeconds`. */
  isStalled(): boolean
}

export function watchPulse(buffer: SharedArrayBuffer, stallSeconds: number): PulseWatch {
  const numbers = new Int32Array(buffer)
  let seen = Atomics.load(numbers, BEATS)
  let since = performance.now()
  const reset = () => {
    seen = Atomics.load(numbers, BEATS)
    since = performance.now()
  }
  return {
    reset,
    isStalled() {
      if (Atomics.load(numbers, BEATS) !== seen || Atomics.load(numbers, RUNNING) === 0) reset()
      return performance.now() - since > stallSeconds * 1000
    },
  }
}
