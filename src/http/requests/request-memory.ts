import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Limits } from '../../limits.js'
import { nameAddress } from '../requests/client-name.js'
import type { MemoryQuota } from '../requests/memory-quota.js'

/** The slowest pace at which an answer may be read. */
export interface AnswerPace {
  /** Time that every answer may take. */
  readonly patienceMilliseconds: number
  /** A larger answer may take longer: its bytes divided by this. */
  readonly leastBytesAMillisecond: number
}

/** A minute, and half a megabit per second. */
const ANSWER_PACE: AnswerPace = { patienceMilliseconds: 60_000, leastBytesAMillisecond: 64 }
/** The buffers of a connection take an answer of this size at once, so its pace is not measured. */
const SHORT_BYTES = 65_536

/**
 * Counts the memory that a server uses for each address: bodies from their first byte, answers until their last byte. A
 * request without room is refused before its body is read. A client that reads its answer too slowly is disconnected.
 */
export function limitRequestMemory(
  app: FastifyInstance,
  quota: MemoryQuota,
  { bodyBytes }: Pick<Limits, 'bodyBytes'>,
  pace: AnswerPace = ANSWER_PACE,
): void {
  app.addHook('onRequest', (request, reply, next) => {
    const client = nameAddress(request.ip)
    const bytes = readLength(request.headers, bodyBytes)
    // /healthz always answers.
    if (bytes === 0 && !request.routeOptions.url?.startsWith('/graphql')) return next()
    try {
      quota.requireRoom(client, bytes)
    } catch (error) {
      // The rest of a body that nobody reads would look like the next request.
      if (bytes > 0) reply.header('connection', 'close')
      return next(error as Error)
    }
    if (bytes > 0) onEnd(reply, quota.reserve(client, bytes))
    next()
  })
  app.addHook('onSend', (request, reply, payload, next) => {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0
    if (bytes > 0) onEnd(reply, quota.reserve(nameAddress(request.ip), bytes))
    if (bytes > SHORT_BYTES) {
      const patience = pace.patienceMilliseconds + bytes / pace.leastBytesAMillisecond
      const timer = setTimeout(() => reply.raw.destroy(), patience).unref()
      onEnd(reply, () => clearTimeout(timer))
    }
    next()
  })
}

/** Length of the body that will arrive: the announced length, or the limit if it is not announced. */
function readLength(headers: Readonly<Record<string, string | string[] | undefined>>, most: number): number {
  if (headers['transfer-encoding'] !== undefined) return most
  return Math.min(Number(headers['content-length'] ?? 0), most) || 0
}

function onEnd(reply: FastifyReply, act: () => void): void {
  reply.raw.once('finish', act)
  reply.raw.once('close', act)
}
