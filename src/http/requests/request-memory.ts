import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Limits } from '../../limits.js'
import { nameAddress } from '../requests/client-name.js'
import type { MemoryQuota } from '../requests/memory-quota.js'

/** How slowly an answer may be read. */
export interface AnswerPace {
  /** Any answer may take so long. */
  readonly patienceMilliseconds: number
  /** And so much longer for what it has of bytes. */
  readonly leastBytesAMillisecond: number
}

/** A minute, and half a megabit a second. */
const ANSWER_PACE: AnswerPace = { patienceMilliseconds: 60_000, leastBytesAMillisecond: 64 }
/** What the buffers of a connection take at once is not waited for. */
const SHORT_BYTES = 65_536

/**
 * Counts what each address keeps a server holding, bodies from their first byte and answers to their last, and refuses
 * what there is no room for before it is read. A client that hardly reads its answer is sent away.
 */
export function limitRequestMemory(
  app: FastifyInstance,
  quota: MemoryQuota,
  { bodyBytes }: Pick<Limits, 'bodyBytes'>,
  pace: AnswerPace = ANSWER_PACE,
): void {
  app.addHook('onRequest', async (request, reply) => {
    const client = nameAddress(request.ip)
    const bytes = readLength(request.headers, bodyBytes)
    // Whether the process lives is always told.
    if (bytes === 0 && !request.routeOptions.url?.startsWith('/graphql')) return
    // What is not read of a body would be taken for the next request.
    if (bytes > 0) reply.header('connection', 'close')
    quota.requireRoom(client, bytes)
    if (bytes === 0) return
    reply.removeHeader('connection')
    onEnd(reply, quota.reserve(client, bytes))
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0
    if (bytes > 0) onEnd(reply, quota.reserve(nameAddress(request.ip), bytes))
    if (bytes <= SHORT_BYTES) return
    const patience = pace.patienceMilliseconds + bytes / pace.leastBytesAMillisecond
    const timer = setTimeout(() => reply.raw.destroy(), patience).unref()
    onEnd(reply, () => clearTimeout(timer))
  })
}

/** Of the body that will come: what it says, or the most that is read of one that does not say. */
function readLength(headers: Readonly<Record<string, string | string[] | undefined>>, most: number): number {
  if (headers['transfer-encoding'] !== undefined) return most
  return Math.min(Number(headers['content-length'] ?? 0), most) || 0
}

function onEnd(reply: FastifyReply, act: () => void): void {
  reply.raw.once('finish', act)
  reply.raw.once('close', act)
}
