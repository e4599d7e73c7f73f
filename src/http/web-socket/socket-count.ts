import type { FastifyReply, FastifyRequest } from 'fastify'
import { nameAddress } from '../requests/client-name.js'
import { toErrorBody } from '../requests/error-handler.js'
import { createTally } from '../requests/tally.js'

/** After this time another socket of the same address may have closed. */
const RETRY_AFTER_SECONDS = 60

/** Creates a hook that answers 429 instead of opening a web socket if its address already has as many as it may. */
export function createSocketCount(limit: number) {
  const sockets = createTally()
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    // Plain HTTP at this path gets an answer of its own.
    if (!request.ws) return
    const address = nameAddress(request.ip)
    const count = sockets.of(address)
    if (count >= limit) {
      const message = `this address has ${count} web sockets open; at most ${limit} are allowed`
      const body = toErrorBody('RATE_LIMITED', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })
      return reply.code(429).header('retry-after', String(RETRY_AFTER_SECONDS)).send(body)
    }
    request.raw.socket.once('close', sockets.add(address))
  }
}
