import type { GraphQLResponse } from '@apollo/server'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import { ERROR_CODES, type ErrorCode } from '../../errors.js'
import { CACHE_RULES } from '../../graphql/cache-rules.js'
import type { Services } from '../../graphql/context.js'
import { findCacheScope } from '../../operation-limits/cache-scope.js'
import { toRateLimitHeaders } from '../requests/rate-limit-headers.js'
import { toCacheControl } from './caching.js'
import type { OperationRequest } from './operation-request.js'

/** What the headers of an answer depend on in its request. */
export interface AskedOver {
  readonly method: string | undefined
  readonly accept: string | undefined
  readonly hasKey: boolean
}

/** What Apollo Server sends, or what a handler does. */
export interface UnsentAnswer {
  readonly http: { status?: number; readonly headers: { set(name: string, value: string): unknown } }
  body: GraphQLResponse['body']
}

export type HeaderWriter = ReturnType<typeof createHeaderWriter>

/** Gives an answer its HTTP status, and the headers about what was spent, when to retry, and how caches may use it. */
export function createHeaderWriter(schema: GraphQLSchema, { budget, cacheSeconds }: Services) {
  return (
    operation: OperationRequest,
    document: DocumentNode | undefined,
    { method, accept, hasKey }: AskedOver,
    { http, body }: UnsentAnswer,
  ): void => {
    if (body.kind !== 'single') return
    const headers = toRateLimitHeaders(operation.spending, budget.limit)
    const failure = body.singleResult.errors?.[0]?.extensions
    if (failure && body.singleResult.data === undefined) {
      http.status = chooseStatus(failure.code as ErrorCode, http.status, accept)
    }
    if (failure?.retryAfterSeconds) headers['retry-after'] = String(failure.retryAfterSeconds)
    if (method === 'GET' && document && !failure && !hasKey) {
      headers['cache-control'] = toCacheControl(findCacheScope(schema, CACHE_RULES, document), cacheSeconds)
    }
    for (const [name, value] of Object.entries(headers)) http.headers.set(name, value)
  }
}

/**
 * The status of a request that was refused before its execution: the status of its code. A client that accepts
 * application/json only gets 200 for mistakes in the document or its variables, as the GraphQL over HTTP specification
 * says.
 */
function chooseStatus(code: ErrorCode, given: number | undefined, accept: string | undefined): number {
  // 405 comes with the allowed method, which helps more than 400.
  if (given === 405) return given
  const { status } = ERROR_CODES[code]
  const isLegacyClient = accept?.includes('application/json') && !accept.includes('application/graphql-response+json')
  return isLegacyClient && status === 400 && code !== 'BAD_REQUEST' ? 200 : status
}
