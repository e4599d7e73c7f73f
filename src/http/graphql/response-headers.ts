import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLSchema } from 'graphql'
import { ERROR_CODES, type ErrorCode } from '../../errors.js'
import type { Context, Services } from '../../graphql/context.js'
import { findCacheScope } from '../../operation-limits/cache-scope.js'
import { toRateLimitHeaders } from '../requests/rate-limit-headers.js'
import { toCacheControl } from './caching.js'

/** Gives an answer its HTTP status and its headers: what was spent, when to come again, what caches may do with it. */
export function responseHeaders(
  schema: GraphQLSchema,
  { budget, cacheSeconds }: Services,
): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ request, response, document, contextValue }) {
          const { http, body } = response
          const headers = toRateLimitHeaders(contextValue.spending, budget.limit)
          if (body.kind !== 'single') return
          const failure = body.singleResult.errors?.[0]?.extensions
          if (failure && body.singleResult.data === undefined) {
            http.status = chooseStatus(failure.code as ErrorCode, http.status, request.http?.headers.get('accept'))
          }
          if (failure?.retryAfterSeconds) headers['retry-after'] = String(failure.retryAfterSeconds)
          if (request.http?.method === 'GET' && document && !failure && !request.http.headers.has('authorization')) {
            headers['cache-control'] = toCacheControl(findCacheScope(schema, document), cacheSeconds)
          }
          for (const [name, value] of Object.entries(headers)) http.headers.set(name, value)
        },
      }
    },
  }
}

/**
 * The status of a request that was refused before its execution: that of its code. Who asks for application/json by name
 * gets 200 with what is wrong with the document or its variables, as the specification of GraphQL over HTTP has it.
 */
function chooseStatus(code: ErrorCode, given: number | undefined, accept: string | undefined): number {
  // 405, with the method that is allowed, says more than 400.
  if (given === 405) return given
  const { status } = ERROR_CODES[code]
  const isOldFashioned = accept?.includes('application/json') && !accept.includes('application/graphql-response+json')
  return isOldFashioned && status === 400 && code !== 'BAD_REQUEST' ? 200 : status
}
