/**
 * All error codes of the public API with their HTTP status. The code that throws an error writes its message. `ErrorCode`
 * of the API has the same names, and a test compares `docs/errors.md` with this table.
 */
export const ERROR_CODES = {
  INVALID_EXPRESSION: { status: 400, description: 'The expression does not parse, or it names an unknown operator.' },
  NOT_FINITE: {
    status: 400,
    description: 'The activation function is NaN or infinite on at least one reference sample.',
  },
  BAD_USER_INPUT: { status: 400, description: 'An argument is malformed or out of its range.' },
  NOT_FOUND: { status: 404, description: 'The object does not exist.' },
  CONFLICT: { status: 409, description: 'The current state of the object does not allow this operation.' },
  UNAUTHENTICATED: {
    status: 401,
    description: 'The operation needs a key, or the key is unknown, revoked or expired.',
  },
  FORBIDDEN: { status: 403, description: 'The key does not have the scope, or the object belongs to another key.' },
  RATE_LIMITED: { status: 429, description: 'The client has spent its budget; retry after `retryAfterSeconds`.' },
  QUERY_TOO_COMPLEX: { status: 400, description: 'The operation exceeds a limit, such as its cost or its depth.' },
  SURROGATE_UNAVAILABLE: { status: 409, description: 'The dataset has no fitted surrogate yet.' },
  GRAPHQL_PARSE_FAILED: { status: 400, description: 'The GraphQL document does not parse.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, description: 'The GraphQL document does not fit the schema.' },
  BAD_REQUEST: { status: 400, description: 'The HTTP request is not a valid GraphQL request.' },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 404,
    description: 'The server does not know this hash; send the document together with it.',
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    description: 'The service is overloaded or cannot reach its database; retry later.',
  },
  INTERNAL_SERVER_ERROR: { status: 500, description: 'The service failed; report the `requestId` to its operator.' },
} as const

export type ErrorCode = keyof typeof ERROR_CODES

/** An error that a client can act on. `extensions` has the fields that the API promises for the code. */
export class ActbenchError extends Error {
  override readonly name = 'ActbenchError'

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}
