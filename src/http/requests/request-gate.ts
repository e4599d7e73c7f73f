import type { Logger } from 'pino'
import type { Database } from '../../db/connection/client.js'
import { ActbenchError } from '../../errors.js'
import { DEFAULT_LIMITS, type Limits } from '../../limits.js'
import { createBudget } from '../../services/access/budget.js'
import type { Viewer } from '../../services/access/viewer.js'
import { createMetrics, type MeasuredOperation, type Metrics } from '../metrics/metrics.js'
import { authenticateRequest } from './authenticate-request.js'
import { createFairQueue } from './fair-queue.js'

/** Operations of all clients that a server runs and keeps waiting. The pool has twenty connections. */
const MAX_RUNNING = 40
const MAX_WAITING = 2000

type GateLimits = Pick<Limits, 'wrongKeys' | 'runningOperations' | 'waitingOperations' | 'waitSeconds'>

/** A client whose operation may run. */
export interface Admitted {
  readonly viewer: Viewer | null
  /** Ends the client's turn; more calls do nothing. */
  release(): void
}

/** The gate between the internet and the operations of a server. It also counts and logs what passes. */
export interface RequestGate {
  readonly metrics: Metrics
  /**
   * Waits for the client's turn and finds out who it is. Throws UNAUTHENTICATED if the key is not valid, RATE_LIMITED after
   * too many such keys, and SERVICE_UNAVAILABLE if too many operations wait.
   */
  admit(address: string, authorization: unknown): Promise<Admitted>
  /** Counts an operation and logs it with one line at the level info. */
  note(operation: NotedOperation, code: string): void
  /** Number of operations that run or wait. */
  readonly inProgress: number
}

export interface NotedOperation extends Pick<MeasuredOperation, 'name' | 'type'> {
  readonly requestId: string
  readonly transport: 'http' | 'ws' | 'sse'
  readonly viewer: Viewer | null
  /** By `performance.now()`. */
  readonly startedAt: number
}

/**
 * Wrong keys are limited because of the work and the log lines that they cause; nobody can guess 256 random bits. Valid keys
 * are never refused because of wrong ones, or a guesser could lock out everybody behind the same address.
 */
export function createRequestGate(
  database: Database,
  log: Logger,
  { wrongKeys: wrongKeysAMinute, ...limits }: GateLimits = DEFAULT_LIMITS,
): RequestGate {
  const metrics = createMetrics(database)
  const onRefusal = () => metrics.countRefusal('busy')
  const own = {
    runningPerClient: limits.runningOperations,
    waiting: MAX_WAITING,
    waitingPerClient: limits.waitingOperations,
    patienceSeconds: limits.waitSeconds,
  }
  const addresses = createFairQueue({ ...own, running: MAX_RUNNING }, onRefusal)
  const keys = createFairQueue({ ...own, running: Number.POSITIVE_INFINITY }, onRefusal)
  const wrongKeys = createBudget(database, wrongKeysAMinute)

  async function refuse(address: string, error: unknown): Promise<never> {
    if (!(error instanceof ActbenchError) || error.code !== 'UNAUTHENTICATED') throw error
    metrics.countRefusal('wrong_key')
    const { isAccepted, retryAfterSeconds } = await wrongKeys.charge(`wrong-keys:${address}`, 1)
    if (isAccepted) throw error
    metrics.countRefusal('throttled')
    const message = `too many wrong keys came from this address: try again in ${retryAfterSeconds} s`
    throw new ActbenchError('RATE_LIMITED', message, { retryAfterSeconds })
  }

  return {
    metrics,
    async admit(address, authorization) {
      const releaseAddress = await addresses.enter(address)
      try {
        const viewer = await authenticateRequest(database, authorization).catch((error) => refuse(address, error))
        const releaseKey = viewer && (await keys.enter(String(viewer.apiKeyId)))
        const release = () => {
          releaseKey?.()
          releaseAddress()
        }
        return { viewer, release }
      } catch (error) {
        releaseAddress()
        throw error
      }
    },
    note({ requestId, transport, viewer, startedAt, name, type }, code) {
      const seconds = (performance.now() - startedAt) / 1000
      metrics.countOperation({ name, type, code, seconds, hasKey: viewer !== null })
      const operation = name?.slice(0, 50)
      const milliseconds = Math.round(seconds * 1000)
      log.info({ requestId, transport, type, operation, code, milliseconds, key: viewer?.apiKeyId }, 'operation')
    },
    get inProgress() {
      return addresses.size
    },
  }
}
