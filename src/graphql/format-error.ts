import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Logger } from 'pino'
import { isConnectionError, isTimeout } from '../db/connection/connection-errors.js'
import { ActbenchError, ERROR_CODES, type ErrorCode } from '../errors.js'

/** When to ask again: PostgreSQL restarts within seconds. */
export const RETRY_AFTER_SECONDS = 5

/** What is known of the request that failed. */
export interface FailedRequest {
  readonly requestId: string
  readonly log: Pick<Logger, 'error'>
}

/**
 * What a client is told of an error: a code of the API, a message that it can act on, and the code's extensions. What is
 * not foreseen is logged under the request's id, and the client is told that id alone.
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

/** graphql-js repeats what came, however long it is. */
const MOST_CHARACTERS = 2000

function shorten(message: string): string {
  if (message.length <= MOST_CHARACTERS) return message
  // Its end says what was expected.
  const half = MOST_CHARACTERS / 2
  return `${message.slice(0, half)} ... (${message.length} characters) ... ${message.slice(-half)}`
}

/**
 * The error of the API that stands for what was thrown; null where it was not foreseen. GraphQL wraps what was thrown, to
 * say where and in which phase: the outermost error that has a code counts.
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

/** Codes of the server that the API does not have, and what they are there. */
const FOREIGN_CODES: Readonly<Record<string, ErrorCode>> = {
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
}
const PERSISTED_QUERY = /^(Unsupported persisted query version|provided sha does not match query)$/
/** graphql-js says so in words alone which variable or argument it could not read. */
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
