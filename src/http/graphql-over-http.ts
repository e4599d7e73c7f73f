import { ApolloServer, type ApolloServerPlugin, type BaseContext } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { ERROR_CODES, type ErrorCode } from '../errors.js'
import { checkOperation, MAX_TOKENS } from '../graphql/check-operation.js'
import { checkScopes } from '../graphql/check-scopes.js'
import { type Context, createContext, type Services } from '../graphql/context.js'
import { toActbenchError, toClientError } from '../graphql/format-error.js'
import type { Admitted, Guard } from './guard.js'
import { observeOperations } from './observe-operations.js'
import type { SandboxPage } from './sandbox-page.js'

/** Serves POST and GET /graphql; a browser that opens it gets the sandbox page. */
export async function addGraphQL(
  app: FastifyInstance,
  schema: GraphQLSchema,
  services: Services,
  sandbox: SandboxPage,
  guard: Guard,
): Promise<void> {
  const requestIds = new WeakMap<object, string>()
  const apollo = new ApolloServer<AdmittedContext>({
    schema,
    introspection: true,
    // Identity travels in a header that no browser adds by itself, so plain GET queries are safe, and cacheable.
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: services.log,
    parseOptions: { maxTokens: MAX_TOKENS },
    formatError: (_formatted, error) =>
      toClientError(error, { log: services.log, requestId: requestIds.get(error as object) ?? 'unknown' }),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      checks(schema, requestIds),
      statuses,
      observeOperations(guard),
      leaving,
    ],
  })
  await apollo.start()
  app.addHook('onClose', () => apollo.stop())
  const answer = fastifyApolloHandler(apollo, {
    context: async (request, reply) => {
      const startedAt = performance.now()
      try {
        const { viewer, release } = await guard.admit(request.ip, request.headers.authorization)
        // Also where what came was no operation, or the client has gone.
        reply.raw.once('close', release)
        return { ...createContext(services, viewer, request.id), release }
      } catch (error) {
        const code = toActbenchError(error)?.code ?? 'INTERNAL_SERVER_ERROR'
        guard.note({ ...NOT_READ, requestId: request.id, startedAt, code })
        const refused = refuse(error, code)
        requestIds.set(refused, request.id)
        throw refused
      }
    },
  })
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      if (sandbox.isWanted(request)) return sandbox.send(request, reply)
      return (answer as (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>)(request, reply)
    },
  })
}

type AdmittedContext = Context & Pick<Admitted, 'release'>

/** What is known of an operation that was refused before anything of it was read. */
const NOT_READ = { transport: 'http', viewer: null, name: null, type: 'none' } as const

/** An error that ends a request before its operation is looked at, with the HTTP status that belongs to it. */
function refuse(error: unknown, code: ErrorCode): GraphQLError {
  const { status } = ERROR_CODES[code]
  return new GraphQLError(String(error), { originalError: error as Error, extensions: { http: { status } } })
}

/** Refuses what no client needs, and remembers to which request an error belongs. */
function checks(schema: GraphQLSchema, requestIds: WeakMap<object, string>): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operationName, request, contextValue }) {
          checkScopes(schema, document, operationName, contextValue.viewer)
          checkOperation(document, request.variables)
        },
        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) requestIds.set(error, contextValue.requestId)
        },
      }
    },
  }
}

/** Lets the client's next operation in once this one is answered, however slowly the answer is read. */
const leaving: ApolloServerPlugin<AdmittedContext> = {
  async requestDidStart() {
    return { willSendResponse: async ({ contextValue }) => contextValue.release() }
  },
}

/** Gives a request that was refused before its execution the HTTP status of its code. */
const statuses: ApolloServerPlugin<BaseContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response }) {
        if (response.body.kind !== 'single' || response.body.singleResult.data !== undefined) return
        const code = response.body.singleResult.errors?.[0]?.extensions?.code as ErrorCode | undefined
        // 405, with the method that is allowed, says more than 400.
        if (code && response.http.status !== 405) response.http.status = ERROR_CODES[code].status
      },
    }
  },
}
