import { ApolloServer, type ApolloServerPlugin, type BaseContext } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql'
import { isConnectionError } from '../db/connection-errors.js'
import { ActbenchError, ERROR_CODES, type ErrorCode } from '../errors.js'
import { checkOperation, MAX_TOKENS } from '../graphql/check-operation.js'
import { type Context, createContext, type Services } from '../graphql/context.js'
import { toClientError } from '../graphql/format-error.js'
import { authorise } from './authorise.js'
import type { SandboxPage } from './sandbox-page.js'

/** Serves POST and GET /graphql; a browser that opens it gets the sandbox page. */
export async function addGraphQL(
  app: FastifyInstance,
  schema: GraphQLSchema,
  services: Services,
  sandbox: SandboxPage,
): Promise<void> {
  const requestIds = new WeakMap<object, string>()
  const apollo = new ApolloServer<Context>({
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
    plugins: [ApolloServerPluginCacheControlDisabled(), checks(requestIds), statuses],
  })
  await apollo.start()
  app.addHook('onClose', () => apollo.stop())
  const answer = fastifyApolloHandler(apollo, {
    context: async (request) => {
      try {
        return createContext(services, await authorise(services.database, request.headers.authorization), request.id)
      } catch (error) {
        const refused = refuse(error)
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

/** An error that ends a request before its operation is looked at, with the HTTP status that belongs to it. */
function refuse(error: unknown): GraphQLError {
  const code = isConnectionError(error) ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR'
  const { status } = ERROR_CODES[error instanceof ActbenchError ? error.code : code]
  return new GraphQLError(String(error), { originalError: error as Error, extensions: { http: { status } } })
}

/** Refuses what no client needs, and remembers to which request an error belongs. */
function checks(requestIds: WeakMap<object, string>): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, request }) {
          checkOperation(document, request.variables)
        },
        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) requestIds.set(error, contextValue.requestId)
        },
      }
    },
  }
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

/** The body of an answer to what is no GraphQL request. */
export function toErrorBody(code: ErrorCode, message: string): { errors: GraphQLFormattedError[] } {
  return { errors: [{ message, extensions: { code } }] }
}
