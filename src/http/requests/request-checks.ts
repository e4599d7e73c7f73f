import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import { ActbenchError } from '../../errors.js'

/**
 * Sets the request id and the headers that keep browsers from doing more with an answer than they should. Call it before
 * any route is added.
 */
export async function addCommonHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    // Written by the hook below, because the sandbox page has a policy of its own.
    contentSecurityPolicy: false,
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    strictTransportSecurity: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  })
  app.addHook('onRequest', (request, reply, next) => {
    reply
      .header('x-request-id', request.id)
      .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    next()
  })
}

/** Refuses, before the body is read, compressed bodies (a small one may become any size) and an invalid Host header. */
export function addRequestChecks(app: FastifyInstance): void {
  let lastHost = ''
  app.addHook('onRequest', (request, reply, next) => {
    const encoding = request.headers['content-encoding']
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      reply.header('accept-encoding', 'identity')
      return next(
        refusal(415, `Content-Encoding: expected a body that is not compressed, got ${encoding.slice(0, 40)}`),
      )
    }
    // Clients of HTTP/1.0 need not name a host. Node refuses others that name none.
    const { host } = request
    if (host && host !== lastHost) {
      if (!URL.canParse(`http://${host}/`)) return next(refusal(400, 'Host: expected a name or an address'))
      // Nearly all requests name the same host.
      lastHost = host
    }
    next()
  })
}

function refusal(statusCode: number, message: string): Error {
  return Object.assign(new ActbenchError('BAD_REQUEST', message), { statusCode })
}
