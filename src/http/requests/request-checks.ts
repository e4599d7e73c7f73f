import type { FastifyInstance } from 'fastify'
import { ActbenchError } from '../../errors.js'

/**
 * Refuses, before a body is read, what is sent compressed (a small body may unpack to any size) and a Host that is none;
 * sets the headers that keep browsers from making more of an answer than it is.
 */
export function addRequestChecks(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'cross-origin',
    })
    const encoding = request.headers['content-encoding']
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      reply.header('accept-encoding', 'identity')
      throw refusal(415, `Content-Encoding: expected a body that is not compressed, got ${encoding.slice(0, 40)}`)
    }
    if (!URL.canParse(`http://${request.host}/`)) throw refusal(400, 'Host: expected a name or an address')
  })
}

function refusal(statusCode: number, message: string): Error {
  return Object.assign(new ActbenchError('BAD_REQUEST', message), { statusCode })
}
