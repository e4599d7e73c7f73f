import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GraphQLFormattedError } from 'graphql'
import type { Logger } from 'pino'
import { ERROR_CODES, type ErrorCode } from '../../errors.js'
import { toClientError } from '../../graphql/format-error.js'
import { ANY_ORIGIN } from './cross-origin.js'

/** The body of an error answer to a request that is not a GraphQL request. */
export function toErrorBody(
  code: ErrorCode,
  message: string,
  extensions: Readonly<Record<string, unknown>> = {},
): { errors: GraphQLFormattedError[] } {
  return { errors: [{ message, extensions: { code, ...extensions } }] }
}

/** Shows a browser that an address has no page; null for programs, which want an error that they can read. */
export type NothingSender = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null

/**
 * Answers unknown paths and errors outside of GraphQL with the codes of the API. An unexpected error is logged under the id
 * of the request, and the client gets only that id.
 */
export function addErrorHandler(app: FastifyInstance, log: Logger, sendNothing: NothingSender): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.statusCode && error.statusCode < 500) {
      return reply.code(error.statusCode).send(toErrorBody('BAD_REQUEST', error.message))
    }
    const { message, extensions } = toClientError(error, { requestId: request.id, log })
    const { code, retryAfterSeconds } = extensions as { code: ErrorCode; retryAfterSeconds?: number }
    if (retryAfterSeconds) reply.header('retry-after', String(retryAfterSeconds))
    return reply.code(ERROR_CODES[code].status).send({ errors: [{ message, extensions }] })
  })
  const methods = collectMethods(app)
  app.setNotFoundHandler((request, reply) => {
    const allowed = methods.of(request.url)
    if (!allowed) {
      return sendNothing(request, reply) ?? reply.code(404).send(toErrorBody('NOT_FOUND', 'this path does not exist'))
    }
    const message = `method: expected ${allowed.join(' or ')} at this path, got ${request.method}`
    return reply.code(405).header('allow', allowed.join(', ')).send(toErrorBody('BAD_REQUEST', message))
  })
}

/** The methods of the routes that are added later. A route that ends with an asterisk serves all paths that begin like it. */
function collectMethods(app: FastifyInstance) {
  const routes = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set()
    for (const each of [method].flat()) methods.add(each)
    if (url !== '*') routes.set(url, methods)
  })
  return {
    /** Null if no route serves this path. */
    of(url: string): string[] | null {
      const path = url.split('?', 1)[0].replace(/(.)\/$/, '$1')
      for (const [route, methods] of routes) {
        if (route === path || (route.endsWith('*') && path.startsWith(route.slice(0, -1)))) return [...methods]
      }
      return null
    },
  }
}

/** Answers a request whose path cannot be decoded. */
export function refuseEarly(error: FastifyError, _request: unknown, reply: unknown): void {
  ;(reply as FastifyReply).code(400).headers(ANY_ORIGIN).send(toErrorBody('BAD_REQUEST', error.message))
}

/** Answers bytes that are not HTTP, and closes the connection. */
export function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status = CONNECTION_ERRORS[error.code ?? ''] ?? '400 Bad Request'
  const body = JSON.stringify(toErrorBody('BAD_REQUEST', `this is not a valid HTTP request: ${status}`))
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    connection: 'close',
    ...ANY_ORIGIN,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n'))
}

const CONNECTION_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}
