import type { Logger } from 'pino'
import type { Database } from '../db/client.js'
import { ActbenchError } from '../errors.js'
import { createBudget } from '../services/budget.js'
import type { Viewer } from '../services/viewer.js'
import { createAdmission } from './admission.js'
import { authorise } from './authorise.js'
import { createMetrics, type MeasuredOperation, type Metrics } from './metrics.js'

/** Operations of one address, and of one key, that a server runs at once; the pool has twenty connections for all. */
export const MAX_RUNNING_PER_CLIENT = 10
const LIMITS = {
  running: 40,
  runningPerClient: MAX_RUNNING_PER_CLIENT,
  waiting: 2000,
  waitingPerClient: 500,
  patienceSeconds: 10,
}

/**
 * Wrong keys that an address may send in a minute, to all servers together. No number of guesses finds 256 random bits:
 * what this bounds is their work and noise. Right keys are never refused for the wrong ones beside them, or a guesser
 * could lock out everybody behind the same address.
 */
export const WRONG_KEYS_A_MINUTE = 20

/** A client that was let in. */
export interface Admitted {
  readonly viewer: Viewer | null
  /** Lets the next one in; calling it twice does no harm. */
  release(): void
}

/** What stands between the internet and the operations, and looks on. One a server. */
export interface Guard {
  readonly metrics: Metrics
  /**
   * Waits for the client's turn and finds out who it is. Throws UNAUTHENTICATED for a key that opens nothing, RATE_LIMITED
   * for one of too many of these, and SERVICE_UNAVAILABLE where too much is under way.
   */
  admit(address: string, authorization: unknown): Promise<Admitted>
  /** Counts an operation and logs it, one line at the level info. */
  note(operation: NotedOperation): void
  /** Operations that run or wait. */
  readonly underWay: number
}

export interface NotedOperation extends Omit<MeasuredOperation, 'hasKey' | 'seconds'> {
  readonly requestId: string
  readonly transport: 'http' | 'ws'
  readonly viewer: Viewer | null
  /** Of `performance.now()`. */
  readonly startedAt: number
}

export function createGuard(database: Database, log: Logger): Guard {
  const metrics = createMetrics(database)
  const onRefusal = () => metrics.countRefusal('busy')
  const addresses = createAdmission(LIMITS, onRefusal)
  const keys = createAdmission({ ...LIMITS, running: Number.POSITIVE_INFINITY }, onRefusal)
  const wrongKeys = createBudget(database, WRONG_KEYS_A_MINUTE)

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
        const viewer = await authorise(database, authorization).catch((error) => refuse(address, error))
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
    note({ requestId, transport, viewer, startedAt, name, type, code }) {
      const seconds = (performance.now() - startedAt) / 1000
      metrics.countOperation({ name, type, code, seconds, hasKey: viewer !== null })
      const operation = name?.slice(0, 50)
      const milliseconds = Math.round(seconds * 1000)
      log.info({ requestId, transport, type, operation, code, milliseconds, key: viewer?.apiKeyId }, 'operation')
    },
    get underWay() {
      return addresses.size
    },
  }
}
