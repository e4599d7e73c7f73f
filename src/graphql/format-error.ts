import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Logger } from 'pino'
import { isConnectionError, isTimeout } from '../db/connection/connection-errors.js'
import { ActbenchError, ERROR_CODES, type ErrorCode } from '../errors.js'

/** When clients should retry. PostgreSQL restarts within seconds. */
export const RETRY_AFTER_SECONDS = 5

/** The request that failed, and the log for unexpected errors. */
export interface FailedRequest {
  readonly requestId: string
  readonly log: Pick<Logger, 'error'>
}

/**
 * The error as the client receives it: a code of the API, a message that the client can act on, and the extensions of
 * the code. An unexpected error is logged with the id of the request, and the client receives only that id.
 */
export function toClientError(error: unknown, request: FailedRequest): GraphQLFormattedError {
  const { locations, path } = error instanceof GraphQLError ? error : {}
  const { code, message, extensions } = toActbenchError(error) ?? toUnforeseen(error, request)
  return {
    message: shorten(message),
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { code, ...extensions },
  }
}

/** graphql-js quotes the input in its messages, however long it is. */
const MOST_CHARACTERS = 2000

function shorten(message: string): string {
  if (message.length <= MOST_CHARACTERS) return message
  // Keep the end, which says what was expected.
  const half = MOST_CHARACTERS / 2
  return `${message.slice(0, half)} ... (${message.length} characters) ... ${message.slice(-half)}`
}

/**
 * Converts a thrown value to an error of the API; null if it is unexpected. GraphQL wraps errors to add their location
 * and phase, so the outermost error with a code decides.
 */
export function toActbenchError(error: unknown): ActbenchError | null {
  if (error instanceof ActbenchError) return error
  if (error instanceof GraphQLError) {
    return fromGraphQL(error) ?? (error.originalError ? toActbenchError(error.originalError) : null)
  }
  if (isConnectionError(error)) return unavailable('the database is not reachable for now')
  return isTimeout(error) ? unavailable('the database took too long to answer this') : null
}

function unavailable(message: string): ActbenchError {
  return new ActbenchError('SERVICE_UNAVAILABLE', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })
}

/** Codes that the GraphQL server uses and the API does not have, each with its code in the API. */
const FOREIGN_CODES: Readonly<Record<string, ErrorCode>> = {
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
}
const PERSISTED_QUERY = /^(Unsupported persisted query version|provided sha does not match query)$/
/** graphql-js names the variable or argument that it could not read only in the text of its message. */
const BAD_VARIABLE = /^Variable "\$(?<name>\w+)"(?:.* at "(?<path>[^"]+)")?/s
const BAD_ARGUMENT = /^Argument "(?<name>\w+)" /

function fromGraphQL(error: GraphQLError): ActbenchError | null {
  const { message } = error
  const { code } = error.extensions
  const variable = BAD_VARIABLE.exec(message)?.groups
  if (variable && code !== 'GRAPHQL_VALIDATION_FAILED') {
    const argument = (variable.path ?? variable.name).replace(/^input\./, '')
    return new ActbenchError('BAD_USER_INPUT', message, { argument })
  }
  const argument = BAD_ARGUMENT.exec(message)?.groups?.name
  if (argument && code === undefined) return new ActbenchError('BAD_USER_INPUT', message, { argument })
  if (PERSISTED_QUERY.test(message)) return new ActbenchError('BAD_REQUEST', message)
  if (typeof code !== 'string' || code === 'INTERNAL_SERVER_ERROR') return null
  if (code in ERROR_CODES) return new ActbenchError(code as ErrorCode, message)
  return code in FOREIGN_CODES ? new ActbenchError(FOREIGN_CODES[code], message) : null
}

function toUnforeseen(error: unknown, { requestId, log }: FailedRequest) {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error
  log.error({ requestId, err: cause }, 'a request failed for a reason that is not foreseen')
  return {
    code: 'INTERNAL_SERVER_ERROR' as const,
    message: `something failed on the side of the service; it is logged as ${requestId}`,
    extensions: { requestId },
  }
}
