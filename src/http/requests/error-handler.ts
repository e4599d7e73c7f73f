import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import type { GraphQLFormattedError } from 'graphql'
import type { Logger } from 'pino'
import { ERROR_CODES, type ErrorCode } from '../../errors.js'
import { toClientError } from '../../graphql/format-error.js'

/** The body of an answer to what is no GraphQL request. */
export function toErrorBody(
  code: ErrorCode,
  message: string,
  extensions: Readonly<Record<string, unknown>> = {},
): { errors: GraphQLFormattedError[] } {
  return { errors: [{ message, extensions: { code, ...extensions } }] }
}

/**
 * Answers what is not found and what fails, outside of GraphQL too, with the codes of the API. What was not foreseen is
 * logged under the request's id, and the client is told that id alone.
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
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(toErrorBody('NOT_FOUND', 'there is nothing here')))
}

/** Answers to what no handler sees: an address that cannot be decoded, and what is no HTTP. */
export const EARLY_ERROR_HANDLERS = {
  frameworkErrors: (error: FastifyError, _request: unknown, reply: unknown) => {
    ;(reply as FastifyReply).code(400).send(toErrorBody('BAD_REQUEST', error.message))
  },
  clientErrorHandler: refuseConnection,
}

/** One answer, and the connection is closed. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status = CONNECTION_ERRORS[error.code ?? ''] ?? '400 Bad Request'
  const body = JSON.stringify(toErrorBody('BAD_REQUEST', `this is no HTTP request that is served: ${status}`))
  const headers = `content-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`)
}

const CONNECTION_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}
