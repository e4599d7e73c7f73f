import { ActbenchError } from '../../errors.js'
import { createTally } from './tally.js'

/** The memory that a server uses for its clients: requests that it has not answered, answers that nobody has read yet. */
export interface MemoryQuota {
  /** Counts bytes for a client until the returned function is called. */
  reserve(client: string, bytes: number): () => void
  /**
   * Throws RATE_LIMITED if the client would exceed its quota, and SERVICE_UNAVAILABLE if all clients together would exceed
   * theirs. A client that uses little always has room.
   */
  requireRoom(client: string, bytes: number): void
  isFull(client: string): boolean
}

/** All clients together may use this many quotas. */
export const QUOTAS_OF_ALL = 8
/**
 * The share of its quota that a client may always use (64 KiB of 64 MiB), also if all clients together use too much.
 * Otherwise a few addresses could lock out everybody with bodies that they announce and never send.
 */
const LITTLE = 1 / 1024
const RETRY_AFTER_SECONDS = 10

export function createMemoryQuota(quota: number): MemoryQuota {
  const used = createTally()
  const little = quota * LITTLE
  const most = QUOTAS_OF_ALL * quota
  return {
    reserve: used.add,
    requireRoom(client, bytes) {
      const retry = { retryAfterSeconds: RETRY_AFTER_SECONDS }
      const wanted = used.of(client) + bytes
      if (wanted > quota) {
        const message = `unanswered requests and unread answers of this address come to ${wanted} bytes; at most ${quota} are allowed`
        throw new ActbenchError('RATE_LIMITED', message, retry)
      }
      if (used.total + bytes > most && wanted > little) {
        throw new ActbenchError('SERVICE_UNAVAILABLE', 'too many large requests and answers are in progress', retry)
      }
    },
    isFull: (client) => used.of(client) > quota || (used.total > most && used.of(client) > little),
  }
}
