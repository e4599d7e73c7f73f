import { type AnswerError, ApiError } from './api-error.js'
import { OPERATIONS } from './operations.js'

/** An answer of the GraphQL API, as it came over HTTP. */
export interface Answer {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly AnswerError[]
}

/** What a request to `/graphql` has in its body. */
export interface ApiRequest {
  readonly query: string
  readonly operationName?: string
  readonly variables: Record<string, unknown>
}

/** Sends a request to the API, with the key of the client. Throws unless the answer is JSON. */
export type SendToApi = (request: ApiRequest, signal?: AbortSignal) => Promise<Answer>

/** Reads texts of the service that are not part of the GraphQL API, such as `/schema.graphql`. */
export type ReadText = (path: string) => Promise<string>

/** The data of an answer, and errors next to them, each with the path of its item. */
export interface Found {
  readonly data: Record<string, unknown>
  readonly errors: readonly AnswerError[]
}

/** Sends an operation of `operations/`. Throws ApiError if there is nothing but errors. */
export async function ask(send: SendToApi, operationName: string, variables: Record<string, unknown>): Promise<Found> {
  const query = OPERATIONS.get(operationName)
  if (query === undefined) throw new Error(`operations/ has no ${operationName}`)
  return toFound(await send({ query, operationName, variables }))
}

/** Returns the content of an answer. Throws ApiError if there is nothing but errors. */
export function toFound({ data, errors = [] }: Answer): Found {
  const isEmpty = !data || Object.values(data).every((value) => value === null)
  if (isEmpty && errors.length > 0) throw new ApiError(errors)
  return { data: data ?? {}, errors }
}
