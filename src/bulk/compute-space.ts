import { Worker } from 'node:worker_threads'
import type { SpaceBatch, SpacePart } from './space-batch.js'

/** Computes parts of search spaces on several threads. */
export interface SpaceComputer {
  /** Yields the part in batches, in order. Few batches are computed ahead, so memory does not grow with the space. */
  compute(part: SpacePart): AsyncGenerator<SpaceBatch>
  close(): Promise<void>
}

/** Number of expressions in a batch, whose outputs are at most 4 MB. */
const BATCH = 1000
/** Number of batches that each thread computes ahead. */
const AHEAD = 2

/** Starts the threads; close it when done. */
export function openSpaceComputer(threads: number): SpaceComputer {
  const lanes = Array.from({ length: threads }, () => new Worker(new URL('./space-thread.js', import.meta.url)))
  let turn = 0
  return {
    async *compute(part) {
      const waiting: Promise<SpaceBatch>[] = []
      for (let next = part.from; next < part.to || waiting.length > 0; ) {
        while (next < part.to && waiting.length < threads * AHEAD) {
          const to = Math.min(next + BATCH, part.to)
          const batch = ask(lanes[turn++ % threads], { ...part, from: next, to })
          // A batch may fail while an earlier one is stored. The reader of this batch gets the error.
          batch.catch(() => {})
          waiting.push(batch)
          next = to
        }
        yield (await waiting.shift()) as SpaceBatch
      }
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.terminate()))
    },
  }
}

/** Each thread answers in order, and an answer names its part. */
function ask(lane: Worker, part: SpacePart): Promise<SpaceBatch> {
  return new Promise((done, fail) => {
    const onMessage = (batch: SpaceBatch) => {
      if (batch.from !== part.from) return
      stop()
      done(batch)
    }
    const onError = (error: Error) => {
      stop()
      fail(error)
    }
    const onExit = () => onError(new Error('a thread that computes a search space ended'))
    const stop = () => void lane.off('message', onMessage).off('error', onError).off('exit', onExit)
    lane.on('message', onMessage).on('error', onError).on('exit', onExit)
    lane.postMessage(part)
  })
}
