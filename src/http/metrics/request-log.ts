import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Metrics } from './metrics.js'

/** The ids that a proxy may give to a request. Any other text is ignored, because an id is logged and sent back. */
const REQUEST_ID = /^[\w.:-]{8,64}$/

/** The id in the x-request-id header of a request, or a new one. */
export function chooseRequestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
}

/** Counts every request and logs it at the level info, without headers, query strings and bodies, which contain secrets. */
export function addRequestLog(app: FastifyInstance, log: Logger, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, next) => {
    const { method, ip: address, id: requestId } = request
    const milliseconds = Math.round(reply.elapsedTime)
    const route = request.routeOptions.url ?? 'none'
    const status = reply.statusCode
    metrics.countRequest({
      method: KNOWN_METHODS.has(method) ? method : 'other',
      route,
      status,
      seconds: reply.elapsedTime / 1000,
    })
    const path = request.url.split('?', 1)[0].slice(0, 200)
    log.info({ requestId, address, method, path, status, milliseconds }, 'request')
    next()
  })
}

const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'OPTIONS'])
