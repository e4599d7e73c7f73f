import { OPERATIONS } from './operations.js'

/** An answer of the GraphQL API, as it came over HTTP. */
export interface Answer {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly AnswerError[]
}

export interface AnswerError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: { readonly code?: string; readonly retryAfterSeconds?: number }
}

/** What a request to `/graphql` has in its body. */
export interface ApiRequest {
  readonly query: string
  readonly operationName: string
  readonly variables: Record<string, unknown>
}

/** Sends a request to the API, with the key of the client. Throws unless the answer is JSON. */
export type SendToApi = (request: ApiRequest) => Promise<Answer>

/** Reads texts of the service that are not part of the GraphQL API, such as `/schema.graphql`. */
export type ReadText = (path: string) => Promise<string>

/** Errors of the API that leave nothing to show. */
export class ApiError extends Error {
  constructor(readonly errors: readonly AnswerError[]) {
    super(errors.map(describeAnswerError).join('\n'))
  }
}

/** Sends an operation of `operations/`. The answer may have errors next to its data, each with the path of its item. */
export async function ask(
  send: SendToApi,
  operationName: string,
  variables: Record<string, unknown>,
): Promise<{ data: Record<string, unknown>; errors: readonly AnswerError[] }> {
  const query = OPERATIONS.get(operationName)
  if (query === undefined) throw new Error(`operations/ has no ${operationName}`)
  const { data, errors = [] } = await send({ query, operationName, variables })
  const isEmpty = !data || Object.values(data).every((value) => value === null)
  if (isEmpty && errors.length > 0) throw new ApiError(errors)
  return { data: data ?? {}, errors }
}

/** One line with the code of the API, which documents explain. */
export function describeAnswerError({ message, extensions }: AnswerError): string {
  const wait = extensions?.retryAfterSeconds
  return `${extensions?.code ?? 'ERROR'}: ${message}${wait === undefined ? '' : ` (retry after ${wait} s)`}`
}
