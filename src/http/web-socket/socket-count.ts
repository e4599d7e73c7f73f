import type { FastifyReply, FastifyRequest } from 'fastify'
import { nameAddress } from '../requests/client-name.js'
import { toErrorBody } from '../requests/error-handler.js'

/** When to try again: a socket of the same address may have closed by then. */
const RETRY_AFTER_SECONDS = 60

/** Makes a hook that answers 429, instead of opening it, to a web socket beyond those that one address may have. */
export function createSocketCount(limit: number) {
  const counts = new Map<string, number>()
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    // What asks for no web socket at this path finds nothing here.
    if (!request.ws) return
    const address = nameAddress(request.ip)
    const count = counts.get(address) ?? 0
    if (count >= limit) {
      const message = `this address has ${count} web sockets open; at most ${limit} are allowed`
      const body = toErrorBody('RATE_LIMITED', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })
      return reply.code(429).header('retry-after', String(RETRY_AFTER_SECONDS)).send(body)
    }
    counts.set(address, count + 1)
    request.raw.socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1
      if (left > 0) counts.set(address, left)
      else counts.delete(address)
    })
  }
}
