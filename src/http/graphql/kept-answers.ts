import type { FastifyReply, FastifyRequest } from 'fastify'
import type { DocumentNode } from 'graphql'
import type { Services } from '../../graphql/context.js'
import type { Metrics } from '../metrics/metrics.js'
import { onceCompressed } from '../requests/compression.js'
import { isListed } from '../requests/etag.js'
import { toRateLimitHeaders } from '../requests/rate-limit-headers.js'
import { createAnswerCache, type Keeping } from './answer-cache.js'
import { nameAnswer } from './answer-key.js'
import type { OperationRequest } from './operation-request.js'
import type { OperationSteps } from './operation-steps.js'
import type { ReadTables } from './read-tables.js'

/** Answers to anonymous queries that are sent again as long as none of their tables has changed. */
export interface KeptAnswers {
  /** Call it before anything is read. Null if the request may not be answered from the cache. */
  open(request: FastifyRequest): Keeping | null
  /**
   * A kept answer after the same steps as any other operation: it waits for its turn and is charged. Returns what the handler
   * returns; null if the operation must be executed. Then `refusal` of the operation is the error of its admission, if that failed.
   */
  answer(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: OperationRequest,
  ): Promise<string | Buffer | FastifyReply | null>
  /** An operation was executed without an error. */
  declare(operation: OperationRequest, document: DocumentNode): void
  /** Keeps an answer that has all its headers. */
  keep(operation: OperationRequest, reply: FastifyReply, payload: string): void
}

/** A connection that was silent for longer may be lost, so it is asked before a kept answer is sent. */
const SILENCE_MILLISECONDS = 1000
const KEPT_HEADERS = ['content-type', 'cache-control', 'etag'] as const

export function createKeptAnswers(
  readTables: ReadTables,
  { events, budget, answerCacheBytes }: Services,
  steps: OperationSteps,
  metrics: Metrics,
): KeptAnswers {
  const cache = createAnswerCache(answerCacheBytes, events.tables)
  metrics.showKeptBytes(() => cache.bytes)
  return {
    open(request) {
      const readAt = answerCacheBytes === 0 ? null : events.tables.now()
      const key = readAt === null ? null : nameAnswer(request)
      return readAt === null || key === null ? null : { key, readAt, tables: null }
    },

    async answer(request, reply, operation) {
      const { key } = operation.keeping ?? {}
      const answer = key !== undefined && cache.find(key)
      if (!answer || !(await events.isCurrent(SILENCE_MILLISECONDS))) return null
      try {
        await steps.admit(operation, undefined)
      } catch (error) {
        operation.refusal = error
        return null
      }
      try {
        await steps.chargeKept(operation, answer.cost, answer.refunded)
      } catch {
        // Whoever executes the operation is refused in the same way, and answers it.
        return null
      }
      operation.isKept = true
      operation.name = answer.operationName
      operation.type = 'query'
      metrics.countKept('hit')
      steps.settle(operation)
      steps.record(operation, 'OK')
      reply.headers(toRateLimitHeaders(operation.spending, budget.limit)).headers(answer.headers)
      const { etag } = answer.headers
      if (etag && isListed(request.headers['if-none-match'], etag)) {
        return reply.code(304).removeHeader('content-type').send()
      }
      const accepted = String(request.headers['accept-encoding'] ?? '')
      const compressed = request.headers['x-no-compression'] === undefined && answer.compressed.get(accepted)
      if (compressed) reply.header('content-encoding', compressed.encoding)
      else onceCompressed(request, (encoding, body) => cache.addCompressed(key, answer, accepted, { encoding, body }))
      return compressed ? compressed.body : answer.body
    },

    declare({ keeping }, document) {
      if (!keeping) return
      keeping.tables = readTables(document)
      metrics.countKept(keeping.tables ? 'miss' : 'unkept')
    },

    keep({ keeping, spending, refunded, name }, reply, payload) {
      if (!keeping?.tables || reply.statusCode !== 200) return
      const headers: Record<string, string> = {}
      for (const header of KEPT_HEADERS) {
        const value = reply.getHeader(header)
        if (value !== undefined) headers[header] = String(value)
      }
      cache.keep(keeping.key, {
        body: payload,
        ...{ headers, cost: spending?.cost ?? 0, refunded, operationName: name ?? undefined },
        ...{ tables: keeping.tables, readAt: keeping.readAt, compressed: new Map() },
      })
    },
  }
}
