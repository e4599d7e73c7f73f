/**
 * Every error code of the public API, in one table: the message's prefix-free template lives with the thrower, the HTTP
 * status here. Equal to `ErrorCode` of the API; `docs/errors.md` is compared with it by a test.
 */
export const ERROR_CODES = {
  INVALID_EXPRESSION: { status: 400, description: 'The expression does not parse, or names an unknown operator.' },
  NOT_FINITE: {
    status: 400,
    description: 'The activation function gives NaN or an infinity on the reference samples.',
  },
  BAD_USER_INPUT: { status: 400, description: 'An argument is out of its range or malformed.' },
  NOT_FOUND: { status: 404, description: 'No such object.' },
  CONFLICT: { status: 409, description: 'The object is not in a state that allows this.' },
  UNAUTHENTICATED: { status: 401, description: 'A key is needed, or the one sent is unknown, revoked or expired.' },
  FORBIDDEN: { status: 403, description: 'The key lacks the scope, or the object belongs to another key.' },
  RATE_LIMITED: { status: 429, description: 'The client has spent its budget for now.' },
  QUERY_TOO_COMPLEX: { status: 400, description: 'The operation would cost more than this client may spend.' },
  SURROGATE_UNAVAILABLE: { status: 409, description: 'No surrogate has been fitted for the dataset yet.' },
  GRAPHQL_PARSE_FAILED: { status: 400, description: 'The document does not parse.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, description: 'The document does not fit the schema.' },
  BAD_REQUEST: { status: 400, description: 'The HTTP request is not a GraphQL request.' },
  PERSISTED_QUERY_NOT_FOUND: { status: 404, description: 'Send the document along with its hash.' },
  SERVICE_UNAVAILABLE: { status: 503, description: 'The database is not reachable for now.' },
  INTERNAL_SERVER_ERROR: { status: 500, description: 'Something failed on the side of the service.' },
} as const

export type ErrorCode = keyof typeof ERROR_CODES

/** A failure that a client can act on. `extensions` holds what the contract promises for the code. */
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
