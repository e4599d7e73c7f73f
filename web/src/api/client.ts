import { minify, type Operation } from './graphql.js'
import { apiKey } from './key.js'

const ADDRESS = '/graphql'
/** Longer addresses do not fit the head of a request. */
const MAX_ADDRESS_LENGTH = 8000

interface ClientError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: { readonly code?: string; readonly retryAfterSeconds?: number }
}

/** An error that the service reports, with its code. */
export class ApiError extends Error {
  readonly code: string
  readonly retryAfterSeconds: number | null

  constructor({ message, extensions }: ClientError) {
    super(message)
    this.code = extensions?.code ?? 'INTERNAL_SERVER_ERROR'
    this.retryAfterSeconds = extensions?.retryAfterSeconds ?? null
  }
}

/** The service did not answer. */
export class ConnectionError extends Error {}

export interface AskOptions {
  readonly signal?: AbortSignal
  /** Whether errors of single items are left out, and their items null. */
  readonly allowPartial?: boolean
}

/**
 * Sends a query or mutation. Queries without a key are GET requests, so that caches can answer them. Throws ApiError or
 * ConnectionError.
 */
export async function ask<Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  { signal, allowPartial = false }: AskOptions = {},
): Promise<Result> {
  const query = minify(operation as unknown as string)
  const response = await send(query, variables, signal)
  const answer = await readAnswer<Result>(response)
  const [error] = answer.errors ?? []
  if (error !== undefined && !(allowPartial && answer.data)) throw new ApiError(error)
  return answer.data as Result
}

/** The headers of a request with the key of the visitor. */
export function withKey(headers: Record<string, string>): Record<string, string> {
  return apiKey.value === '' ? headers : { ...headers, authorization: `Bearer ${apiKey.value}` }
}

async function send(query: string, variables: unknown, signal: AbortSignal | undefined): Promise<Response> {
  const address = `${ADDRESS}?${new URLSearchParams({ query, variables: JSON.stringify(variables) })}`
  const isGet = apiKey.value === '' && query.startsWith('query') && address.length < MAX_ADDRESS_LENGTH
  try {
    // Without headers of its own, it takes the answer that the head of the page has requested.
    if (isGet) return await fetch(address, { signal })
    const headers = withKey({ accept: 'application/graphql-response+json', 'content-type': 'application/json' })
    const body = JSON.stringify({ query, variables })
    return await fetch(ADDRESS, { method: 'POST', headers, body, signal })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ConnectionError('The service does not answer.')
  }
}

async function readAnswer<Result>(response: Response): Promise<{ data?: Result | null; errors?: ClientError[] }> {
  try {
    return await response.json()
  } catch {
    throw new ConnectionError(`The service answers with status ${response.status}.`)
  }
}
