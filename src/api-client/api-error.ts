export interface AnswerError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: { readonly code?: string; readonly retryAfterSeconds?: number }
}

/** Errors of the API that leave nothing to show. */
export class ApiError extends Error {
  constructor(readonly errors: readonly AnswerError[]) {
    super(errors.map(describeAnswerError).join('\n'))
  }
}

/** One line with the code of the API, which documents explain. */
export function describeAnswerError({ message, extensions }: AnswerError): string {
  const wait = extensions?.retryAfterSeconds
  return `${extensions?.code ?? 'ERROR'}: ${message}${wait === undefined ? '' : ` (retry after ${wait} s)`}`
}

/** Whether the API refused a request with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.errors.some(({ extensions }) => extensions?.code === code)
}
