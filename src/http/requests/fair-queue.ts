import { ActbenchError } from '../../errors.js'
import { createTally } from './tally.js'

/** How many operations may run and wait at the same time. */
export interface FairQueueLimits {
  readonly running: number
  readonly runningPerClient: number
  readonly waiting: number
  readonly waitingPerClient: number
  /** Longest time that an operation waits for its turn. */
  readonly patienceSeconds: number
}

/** A queue of operations in which no client can displace the others. */
export interface FairQueue {
  /**
   * Resolves when the client's operation may run, with a function that ends its turn; more calls do nothing. Waiting
   * clients take turns, however many operations each of them has in the queue. Throws after `patienceSeconds`, or at once
   * if too many operations wait already: RATE_LIMITED if they are the client's own, otherwise SERVICE_UNAVAILABLE. The
   * first operation of a client always has a place.
   */
  enter(client: string): Promise<() => void>
  /** Number of operations that run or wait. */
  readonly size: number
}

interface Waiting {
  readonly start: () => void
  readonly timer: NodeJS.Timeout
}

export function createFairQueue(limits: FairQueueLimits, onRefusal: () => void = () => {}): FairQueue {
  const running = createTally()
  /** By client, in the order of their turns. */
  const queues = new Map<string, Set<Waiting>>()
  let waitingCount = 0

  const canRun = (client: string) => running.total < limits.running && running.of(client) < limits.runningPerClient

  function begin(client: string): () => void {
    const end = running.add(client)
    return () => {
      end()
      letIn()
    }
  }

  function letIn(): void {
    for (const [client, queue] of queues) {
      if (running.total >= limits.running) return
      if (!canRun(client)) continue
      const [first] = queue
      leave(client, queue, first)
      // The client's next operation waits until all other clients had a turn.
      if (queues.delete(client) && queue.size > 0) queues.set(client, queue)
      first.start()
    }
  }

  function leave(client: string, queue: Set<Waiting>, waiting: Waiting): void {
    if (!queue.delete(waiting)) return
    waitingCount--
    clearTimeout(waiting.timer)
    if (queue.size === 0) queues.delete(client)
  }

  function refuse(isOwnLoad: boolean): never {
    onRefusal()
    const retry = { retryAfterSeconds: RETRY_AFTER_SECONDS }
    if (isOwnLoad) {
      throw new ActbenchError('RATE_LIMITED', 'too many operations of this client are in progress', retry)
    }
    throw new ActbenchError('SERVICE_UNAVAILABLE', 'too many operations are in progress: try again in a while', retry)
  }

  return {
    async enter(client) {
      const queue = queues.get(client) ?? new Set<Waiting>()
      if (queue.size === 0 && canRun(client)) return begin(client)
      if (queue.size >= limits.waitingPerClient) refuse(true)
      if (waitingCount >= limits.waiting && queue.size > 0) refuse(false)
      const release = await new Promise<(() => void) | null>((done) => {
        const waiting: Waiting = {
          start: () => done(begin(client)),
          timer: setTimeout(() => {
            leave(client, queue, waiting)
            done(null)
          }, limits.patienceSeconds * 1000),
        }
        queue.add(waiting)
        waitingCount++
        queues.set(client, queue)
      })
      return release ?? refuse(running.of(client) >= limits.runningPerClient)
    },
    get size() {
      return running.total + waitingCount
    },
  }
}

const RETRY_AFTER_SECONDS = 2
