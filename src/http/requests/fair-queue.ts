import { ActbenchError } from '../../errors.js'

/** How many operations may run and wait at once. */
export interface FairQueueLimits {
  readonly running: number
  readonly runningPerClient: number
  readonly waiting: number
  readonly waitingPerClient: number
  /** How long an operation waits for its turn. */
  readonly patienceSeconds: number
}

/** Lets operations in so that no client takes the place of all others. */
export interface FairQueue {
  /**
   * Resolves when it is this client's turn, with what ends it (calling that twice does no harm). Clients that wait are
   * let in by turns, whatever each of them has waiting. Throws SERVICE_UNAVAILABLE at once where too much waits already
   * (of this client, or of all, but the first one of a client always has a place), and after `patienceSeconds`.
   */
  enter(client: string): Promise<() => void>
  /** Operations that run or wait. */
  readonly size: number
}

interface Waiting {
  readonly start: () => void
  readonly timer: NodeJS.Timeout
}

export function createFairQueue(limits: FairQueueLimits, onRefusal: () => void = () => {}): FairQueue {
  const running = new Map<string, number>()
  /** In the order of their turns. */
  const queues = new Map<string, Set<Waiting>>()
  let [runningCount, waitingCount] = [0, 0]

  const canRun = (client: string) =>
    runningCount < limits.running && (running.get(client) ?? 0) < limits.runningPerClient

  function begin(client: string): () => void {
    runningCount++
    running.set(client, (running.get(client) ?? 0) + 1)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      runningCount--
      const left = running.get(client)! - 1
      if (left > 0) running.set(client, left)
      else running.delete(client)
      letIn()
    }
  }

  function letIn(): void {
    for (const [client, queue] of queues) {
      if (runningCount >= limits.running) return
      if (!canRun(client)) continue
      const [first] = queue
      leave(client, queue, first)
      // Its next one waits for a turn of all the others.
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

  function refuse(): never {
    onRefusal()
    throw new ActbenchError('SERVICE_UNAVAILABLE', 'too many operations are under way: try again in a while', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    })
  }

  return {
    async enter(client) {
      const queue = queues.get(client) ?? new Set<Waiting>()
      if (queue.size === 0 && canRun(client)) return begin(client)
      const isCrowded = waitingCount >= limits.waiting && queue.size > 0
      if (isCrowded || queue.size >= limits.waitingPerClient) refuse()
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
      return release ?? refuse()
    },
    get size() {
      return runningCount + waitingCount
    },
  }
}

const RETRY_AFTER_SECONDS = 2
