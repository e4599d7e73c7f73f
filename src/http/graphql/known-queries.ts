import type { FastifyReply, FastifyRequest } from 'fastify'
import type { DocumentNode, FormattedExecutionResult, OperationDefinitionNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { createContext, type Services } from '../../graphql/context.js'
import { stringifyAnswer } from '../../operation-limits/json-text.js'
import { weighDocument } from './document-cache.js'
import type { Executor } from './execute-operation.js'
import type { AnswerFinisher } from './finish-answer.js'
import type { OperationRequest } from './operation-request.js'
import type { OperationSteps } from './operation-steps.js'
import type { UnsentAnswer } from './response-headers.js'

/**
 * Queries that were answered before, by their text. Their documents are parsed and valid, and what Apollo Server would find out
 * about the request is known. So they take only the steps of an operation, without Apollo Server around them.
 */
interface KnownQueries {
  /**
   * The answer to a known query. Null if Apollo Server must answer: the query is new, or something went wrong before its execution.
   * The same happens again then. What was charged is not charged twice.
   */
  answer(request: FastifyRequest, reply: FastifyReply, operation: OperationRequest): Promise<string | null>
  /** Remembers the query of an operation that was answered. */
  remember(operation: OperationRequest, reply: FastifyReply): void
}

interface KnownQuery {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly operationName: string | undefined
  readonly contentType: string
}

interface SingleAnswer extends UnsentAnswer {
  body: { kind: 'single'; singleResult: FormattedExecutionResult }
}

interface Body {
  readonly query?: unknown
  readonly operationName?: unknown
  readonly variables?: unknown
  readonly extensions?: unknown
}

/** The memory for all known queries, approximately, if the cache of parsed documents has forgotten them. */
const CAPACITY_BYTES = 2 ** 23
const LARGEST_PART = 1 / 16
const MAX_HEADER = 200

export function createKnownQueries(
  steps: OperationSteps,
  executor: Executor,
  finish: AnswerFinisher,
  services: Services,
): KnownQueries {
  const queries = new LRUCache<string, KnownQuery>({
    maxSize: CAPACITY_BYTES,
    maxEntrySize: CAPACITY_BYTES * LARGEST_PART,
    sizeCalculation: ({ document }, key) => weighDocument(document) + 2 * key.length,
  })

  async function admitAndCharge(request: FastifyRequest, operation: OperationRequest, known: KnownQuery) {
    if (!operation.isAdmitted) {
      try {
        await steps.admit(operation, request.headers.authorization)
      } catch (error) {
        operation.refusal = error
        return false
      }
    }
    try {
      steps.validate(operation, known.document, known.operation)
      await steps.charge(operation, {
        document: known.document,
        operation: known.operation,
        variables: readVariables(request),
      })
      return true
    } catch {
      return false
    }
  }

  return {
    async answer(request, reply, operation) {
      const key = nameQuery(request)
      const known = key === null ? undefined : queries.get(key)
      operation.queryKey = known ? null : key
      // A kept answer that could not be charged is refused by Apollo Server.
      if (!known || operation.refusal || operation.spending) return null
      // The client may close the connection before an answer is sent.
      reply.raw.once('close', () => operation.release())
      if (!(await admitAndCharge(request, operation, known))) return null
      const context = createContext(services, operation)
      const { errors, data } = await executor.execute(context, {
        document: known.document,
        operationName: known.operationName,
        variables: readVariables(request),
      })
      // The variables do not fit.
      if (data === undefined) return null
      const response: SingleAnswer = {
        http: { status: undefined, headers: { set: (name, value) => reply.header(name, value) } },
        body: { kind: 'single', singleResult: { data } },
      }
      const over = { method: 'POST', accept: request.headers.accept, hasKey: operation.viewer !== null }
      finish(operation, { document: known.document, parsed: known.operation, errors }, over, response)
      const { singleResult } = response.body
      reply.code(response.http.status ?? 200)
      const ordered = singleResult.errors ? { errors: singleResult.errors, ...singleResult } : singleResult
      reply.header('content-type', known.contentType)
      return stringifyAnswer(ordered)
    },

    remember({ queryKey, requested, type }, reply) {
      if (queryKey === null || !requested || type !== 'query' || reply.statusCode !== 200) return
      const { document, operation } = requested
      const contentType = String(reply.getHeader('content-type'))
      const operationName = queryKey.split('\n', 2)[1] || undefined
      queries.set(queryKey, { document, operation, operationName, contentType })
    },
  }
}

/** What the document of a request and the form of its answer depend on. Null if Apollo Server must read the request. */
function nameQuery({ method, url, headers, body }: FastifyRequest): string | null {
  if (method !== 'POST' || url !== '/graphql' || (headers.accept?.length ?? 0) > MAX_HEADER) return null
  if (!isObject(body)) return null
  const { query, operationName, variables, extensions } = body as Body
  if (typeof query !== 'string' || query === '') return null
  if (operationName !== undefined && operationName !== null && !/^\w+$/.test(String(operationName))) return null
  if (variables !== undefined && variables !== null && !isObject(variables)) return null
  if (extensions !== undefined && extensions !== null && (!isObject(extensions) || 'persistedQuery' in extensions))
    return null
  return `${headers.accept ?? ''}\n${operationName ?? ''}\n${query}`
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readVariables({ body }: FastifyRequest) {
  return ((body as Body).variables ?? undefined) as Readonly<Record<string, unknown>> | undefined
}
