import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { type ActbenchError, ERROR_CODES, type ErrorCode } from '../../errors.js'
import { type Context, createContext, type Services } from '../../graphql/context.js'
import { toActbenchError, toClientError } from '../../graphql/format-error.js'
import { chargeRefused, refuseSpent } from '../../operation-limits/admit-operation.js'
import { nameAddress, nameClient } from '../requests/client-name.js'
import type { Admitted, RequestGate } from '../requests/request-gate.js'
import { tagAnswer } from './caching.js'
import { createDocumentCache } from './document-cache.js'
import { operationChecks } from './operation-checks.js'
import { operationMetrics } from './operation-metrics.js'
import { createPersistedDocuments } from './persisted-documents.js'
import { responseHeaders } from './response-headers.js'
import type { SandboxPage } from './sandbox-page.js'

/** Serves POST and GET /graphql; a browser that opens it gets the sandbox page. */
export async function addGraphQL(
  app: FastifyInstance,
  schema: GraphQLSchema,
  services: Services,
  sandbox: SandboxPage,
  gate: RequestGate,
): Promise<void> {
  const { limits, log } = services
  const requestIds = new WeakMap<object, string>()
  const answered = new WeakSet<object>()
  const formatError = (error: unknown) =>
    toClientError(error, { log, requestId: requestIds.get(error as object) ?? 'unknown' })
  const apollo = new ApolloServer<AdmittedContext>({
    schema,
    introspection: true,
    // Identity travels in a header that no browser adds by itself, so plain GET queries are safe, and cacheable.
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: log,
    parseOptions: { maxTokens: limits.tokens, maxComments: limits.tokens },
    documentStore: createDocumentCache(),
    // Validated by the operation checks instead, which first refuse what would take long to validate.
    dangerouslyDisableValidation: true,
    persistedQueries: { cache: createPersistedDocuments(limits.persistedDocuments) },
    formatError: (_formatted, error) => formatError(error),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      operationChecks(schema, services, requestIds, formatError),
      responseHeaders(schema, services),
      operationMetrics(gate),
      leaving(answered),
    ],
  })
  await apollo.start()
  app.addHook('onClose', () => apollo.stop())
  const contexts = new WeakMap<FastifyRequest, AdmittedContext>()
  const answer = fastifyApolloHandler(apollo, {
    context: async (request, reply) => {
      const startedAt = performance.now()
      const { id: requestId, ip, headers } = request
      try {
        const { viewer, release } = await gate.admit(nameAddress(ip), headers.authorization)
        // Also where what came was no operation, or the client has gone.
        reply.raw.once('close', release)
        const context = { ...createContext(services, { viewer, requestId, client: nameClient(viewer, ip) }), release }
        refuseSpent(context)
        contexts.set(request, context)
        return context
      } catch (error) {
        const { code, extensions } = toActbenchError(error) ?? UNFORESEEN
        gate.note({ ...NOT_READ, requestId, startedAt, code })
        const refused = refuse(error, code, extensions.retryAfterSeconds)
        requestIds.set(refused, requestId)
        throw refused
      }
    },
  })
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    onSend: tagAnswer,
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      if (sandbox.isWanted(request)) return sandbox.send(request, reply)
      reply.header('cache-control', 'private, no-store').header('vary', 'accept, authorization')
      try {
        return await (answer as (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>)(request, reply)
      } finally {
        const context = contexts.get(request)
        // What was no operation, such as a batch, comes to no plugin.
        if (context && !answered.has(context.release)) chargeQuietly(context, readText(request))
      }
    },
  })
}

/** The document that a request came with, whatever it is. */
function readText({ body, query }: FastifyRequest): unknown {
  return ((body ?? query) as { query?: unknown } | null)?.query
}

type AdmittedContext = Context & Pick<Admitted, 'release'>

/** What is known of an operation that was refused before anything of it was read. */
const NOT_READ = { transport: 'http', viewer: null, name: null, type: 'none' } as const
const UNFORESEEN: Pick<ActbenchError, 'code' | 'extensions'> = { code: 'INTERNAL_SERVER_ERROR', extensions: {} }

/** An error that ends a request before its operation is looked at, with the HTTP status that belongs to it. */
function refuse(error: unknown, code: ErrorCode, retryAfterSeconds: unknown): GraphQLError {
  const headers = new Map(retryAfterSeconds ? [['retry-after', String(retryAfterSeconds)]] : [])
  const http = { status: ERROR_CODES[code].status, headers } as never
  return new GraphQLError(String(error), { originalError: error as Error, extensions: { http } })
}

/**
 * Lets the client's next operation in once this one is answered, however slowly the answer is read, and charges what was
 * refused. Apollo gives its plugins a copy of the context, so that what is known of the operation is known here alone;
 * `answered` remembers the context by its `release`.
 */
function leaving(answered: WeakSet<object>): ApolloServerPlugin<AdmittedContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ contextValue, request }) {
          contextValue.release()
          answered.add(contextValue.release)
          chargeQuietly(contextValue, request.query)
        },
      }
    },
  }
}

/** Where the database is away, nothing is charged, and nobody waits for it. */
function chargeQuietly(context: Context, text: unknown): void {
  chargeRefused(context, text).catch(() => {})
}
