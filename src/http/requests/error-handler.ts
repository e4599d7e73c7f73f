import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import type { GraphQLFormattedError } from 'graphql'
import type { Logger } from 'pino'
import { ERROR_CODES, type ErrorCode } from '../../errors.js'
import { toClientError } from '../../graphql/format-error.js'

/** The body of an error answer to a request that is not a GraphQL request. */
export function toErrorBody(
  code: ErrorCode,
  message: string,
  extensions: Readonly<Record<string, unknown>> = {},
): { errors: GraphQLFormattedError[] } {
  return { errors: [{ message, extensions: { code, ...extensions } }] }
}

/**
 * Answers unknown paths and errors outside of GraphQL with the codes of the API. An unexpected error is logged under the id
 * of the request, and the client gets only that id.
 */
export function addErrorHandler(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.statusCode && error.statusCode < 500) {
      return reply.code(error.statusCode).send(toErrorBody('BAD_REQUEST', error.message))
    }
    const { message, extensions } = toClientError(error, { requestId: request.id, log })
    const { code, retryAfterSeconds } = extensions as { code: ErrorCode; retryAfterSeconds?: number }
    if (retryAfterSeconds) reply.header('retry-after', String(retryAfterSeconds))
    return reply.code(ERROR_CODES[code].status).send({ errors: [{ message, extensions }] })
  })
  // Not for pages of another origin, like every other route that is not open to them.
  const options = { config: { cors: false } } as object
  app.setNotFoundHandler(options, (_request, reply) =>
    reply.code(404).send(toErrorBody('NOT_FOUND', 'this path does not exist')),
  )
}

/** Handlers of errors before any route: a path that cannot be decoded, and bytes that are not HTTP. */
export const EARLY_ERROR_HANDLERS = {
  frameworkErrors: (error: FastifyError, _request: unknown, reply: unknown) => {
    ;(reply as FastifyReply).code(400).send(toErrorBody('BAD_REQUEST', error.message))
  },
  clientErrorHandler: refuseConnection,
}

/** Sends one answer and closes the connection. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status = CONNECTION_ERRORS[error.code ?? ''] ?? '400 Bad Request'
  const body = JSON.stringify(toErrorBody('BAD_REQUEST', `this is not a valid HTTP request: ${status}`))
  const headers = `content-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`)
}

const CONNECTION_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}
