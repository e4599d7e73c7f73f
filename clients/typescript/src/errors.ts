import type { ERROR_CODES } from './generated/schema.js'

/** The codes of the API, and those of this client. A newer service may have further ones. */
export type ErrorCode = (typeof ERROR_CODES)[number] | 'CONNECTION_FAILED' | 'UNKNOWN'

/** An entry of `errors` in an answer. */
export interface GraphqlError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** A request failed. Compare `code`, never the text of the message. */
export class ActbenchError extends Error {
  readonly code: ErrorCode
  /** Further facts of the API besides the message, such as `position` or `argument`. */
  readonly extensions: Readonly<Record<string, unknown>>
  /** The path of the missing value in the answer. */
  readonly path: readonly (string | number)[] | null

  constructor({ message, path, extensions = {} }: GraphqlError, options?: { cause?: unknown }) {
    super(message, options)
    const { code, ...others } = extensions
    this.name = 'ActbenchError'
    this.code = (code ?? 'UNKNOWN') as ErrorCode
    this.extensions = others
    this.path = path ?? null
  }

  /** How long to wait before the next try. Null if the service does not say it. */
  get retryAfterSeconds(): number | null {
    const { retryAfterSeconds } = this.extensions
    return typeof retryAfterSeconds === 'number' ? retryAfterSeconds : null
  }

  /** Whether a later try may succeed: the budget is spent, the service is overloaded, or it gave no answer. */
  get isTemporary(): boolean {
    return ['RATE_LIMITED', 'SERVICE_UNAVAILABLE', 'CONNECTION_FAILED'].includes(this.code)
  }
}

/** Whether an error comes from the service or the connection to it, and has one of these codes if any are given. */
export function isActbenchError(error: unknown, ...codes: readonly ErrorCode[]): error is ActbenchError {
  return error instanceof ActbenchError && (codes.length === 0 || codes.includes(error.code))
}
