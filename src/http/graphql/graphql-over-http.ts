import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { ActbenchError, ERROR_CODES, type ErrorCode } from '../../errors.js'
import { createContext, type Services } from '../../graphql/context.js'
import { toClientError } from '../../graphql/format-error.js'
import { createPlanner } from '../../graphql/plans/plan-operation.js'
import { stringifyAnswer } from '../../operation-limits/json-text.js'
import { toTooDeep } from '../../operation-limits/too-deep.js'
import type { EventStreams } from '../event-stream/graphql-over-event-stream.js'
import { apolloSteps } from './apollo-steps.js'
import { createAnswerHook } from './caching.js'
import { createDocumentCache } from './document-cache.js'
import { createExecutor } from './execute-operation.js'
import { createAnswerFinisher } from './finish-answer.js'
import type { KeptAnswers } from './kept-answers.js'
import { createKnownQueries } from './known-queries.js'
import { createOperationRequest, type HttpContext, type OperationRequest } from './operation-request.js'
import type { OperationSteps } from './operation-steps.js'
import { createPersistedDocuments } from './persisted-documents.js'
import type { ReplicaReads } from './replica-reads.js'
import { createHeaderWriter } from './response-headers.js'
import type { SandboxPage } from './sandbox-page.js'

declare module 'fastify' {
  interface FastifyRequest {
    operation: OperationRequest | null
  }
}

interface GraphQLParts {
  readonly steps: OperationSteps
  readonly sandbox: SandboxPage
  /** Sends the query editor of the pages; null if they were not built. */
  readonly editor: ((request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) | null
  readonly eventStreams: EventStreams
  readonly keptAnswers: KeptAnswers
  readonly replicaReads: ReplicaReads
}

/**
 * Serves POST, GET and HEAD /graphql. A browser that opens it gets the query editor; clients may want server-sent events.
 * /graphiql is the sandbox page, with all of GraphiQL.
 */
export async function addGraphQL(
  app: FastifyInstance,
  schema: GraphQLSchema,
  services: Services,
  { steps, sandbox, editor, eventStreams, keptAnswers, replicaReads }: GraphQLParts,
): Promise<void> {
  const { limits, log } = services
  const executor = createExecutor(schema, createPlanner(schema), replicaReads)
  const finish = createAnswerFinisher(steps, createHeaderWriter(schema, services), keptAnswers)
  const knownQueries = createKnownQueries(steps, executor, finish, services)
  const apollo = new ApolloServer<HttpContext>({
    schema,
    introspection: true,
    // Keys travel in a header that no browser adds by itself, so plain GET queries are safe, and caches may keep them.
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: log,
    parseOptions: { maxTokens: limits.tokens, maxComments: limits.tokens },
    documentStore: createDocumentCache(),
    // The steps validate instead, because they first refuse documents that would take long to validate.
    dangerouslyDisableValidation: true,
    stringifyResult: stringifyAnswer,
    persistedQueries: { cache: createPersistedDocuments(limits.persistedDocuments) },
    // For requests without an operation, such as a batch. For operations, `apolloSteps` writes the errors again.
    formatError: (_formatted, error) => toClientError(toTooDeep(error, limits) ?? error, UNKNOWN_REQUEST),
    plugins: [ApolloServerPluginCacheControlDisabled(), apolloSteps(steps, executor, finish)],
  })
  await apollo.start()
  app.addHook('onClose', () => apollo.stop())
  app.decorateRequest('operation', null)
  const answer = fastifyApolloHandler(apollo, {
    context: async (request, reply) => {
      const operation = request.operation as OperationRequest
      try {
        if (operation.refusal) throw operation.refusal
        if (!operation.isAdmitted) await steps.admit(operation, request.headers.authorization)
      } catch (error) {
        const refusal = describeRefusal(steps, operation, error)
        steps.record(operation, refusal.code)
        throw toHttpError(refusal)
      } finally {
        // The client may close the connection before an answer is sent.
        reply.raw.once('close', () => operation.release())
      }
      return createContext(services, operation)
    },
  })
  app.route({ method: ['GET', 'HEAD'], url: '/graphiql', handler: sandbox.send })
  app.route({
    method: ['GET', 'HEAD', 'POST'],
    url: '/graphql',
    onSend: createAnswerHook(({ operation }, reply, payload) => {
      if (!operation) return
      keptAnswers.keep(operation, reply, payload)
      knownQueries.remember(operation, reply)
    }),
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      if (sandbox.isWanted(request)) return (editor ?? sandbox.send)(request, reply)
      if (eventStreams.isWanted(request)) return eventStreams.send(request, reply)
      reply.header('cache-control', 'private, no-store').header('vary', 'accept, accept-encoding, authorization')
      const { id: requestId, ip } = request
      const operation = createOperationRequest({ transport: 'http', requestId, ip, text: readText(request) })
      request.operation = operation
      operation.keeping = keptAnswers.open(request)
      try {
        const { span } = operation
        return (
          (await span.run(() => keptAnswers.answer(request, reply, operation))) ??
          (await span.run(() => knownQueries.answer(request, reply, operation))) ??
          (await span.run(() => (answer as Answer)(toApolloRequest(request), reply)))
        )
      } finally {
        // Apollo Server refuses some requests, such as a batch, without telling its plugins.
        steps.settle(operation)
      }
    },
  })
}

type Answer = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/**
 * The request as Apollo Server reads it: HEAD is GET without the body of the answer, a host may be missing, and query
 * parameters without a value count as absent, as forms send them.
 */
function toApolloRequest(request: FastifyRequest): FastifyRequest {
  if (request.method === 'POST') return Object.create(request, { hostname: { value: 'localhost' } })
  const [path, search = ''] = request.url.split('?', 2)
  const given = new URLSearchParams([...new URLSearchParams(search)].filter(([, value]) => value !== ''))
  return Object.create(request, {
    method: { value: 'GET' },
    hostname: { value: 'localhost' },
    url: { value: `${path}?${given}` },
  })
}

/** The document in a request, whatever it is. */
function readText({ body, query }: FastifyRequest): unknown {
  return ((body ?? query) as { query?: unknown } | null)?.query
}

const UNKNOWN_REQUEST = { requestId: 'unknown', log: { error: () => {} } }

/** What the client is told, as an error of the API; an unforeseen failure is in the log already. */
function describeRefusal(steps: OperationSteps, operation: OperationRequest, error: unknown): ActbenchError {
  const [{ message, extensions }] = steps.describeErrors(operation, [error])
  const { code, ...more } = extensions as { code: ErrorCode }
  return new ActbenchError(code, message, more)
}

/** The error that Apollo Server answers with the HTTP status of its code. */
function toHttpError(refusal: ActbenchError): GraphQLError {
  const { retryAfterSeconds } = refusal.extensions
  const headers = new Map(retryAfterSeconds ? [['retry-after', String(retryAfterSeconds)]] : [])
  const http = { status: ERROR_CODES[refusal.code].status, headers: headers as never }
  return new GraphQLError(refusal.message, { originalError: refusal, extensions: { http } })
}
