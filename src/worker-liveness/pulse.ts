/** What a worker's tasks and its heartbeat thread share: a hang of the main thread is seen from the other one. */
export interface Pulse {
  readonly buffer: SharedArrayBuffer
  /** Called by tasks whenever they come on: a step of a training, a share of a fit. */
  beat(): void
  /** Does a task; while none is under way there is nothing to come on with. */
  during<Result>(task: () => Promise<Result>): Promise<Result>
}

/** Two numbers: beats so far, tasks under way. */
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
  /** Begins anew: while the database was away tasks waited for it. */
  reset(): void
  /** Whether a task is under way and nothing has come on for so long. */
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
