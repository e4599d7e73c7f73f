import { Worker } from 'node:worker_threads'
import type { SpaceBatch, SpacePart } from './space-batch.js'

/** Computes parts of search spaces on several threads. */
export interface SpaceComputer {
  /** The part, batch by batch in order. Batches ahead of the reader are few, so memory does not grow with the space. */
  compute(part: SpacePart): AsyncGenerator<SpaceBatch>
  close(): Promise<void>
}

/** Expressions of a batch: their outputs are at most 4 MB. */
const BATCH = 1000
/** Batches of each thread that are computed before anybody asks. */
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
          // It may fail while an earlier batch is stored; whoever comes to it is told.
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

/** A thread answers in order, and an answer says which part it is. */
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
