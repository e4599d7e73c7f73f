import { randomUUID } from 'node:crypto'
import websocket from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST, parse, validate } from 'graphql'
import { makeHandler } from 'graphql-ws/use/@fastify/websocket'
import { ActbenchError } from '../errors.js'
import { checkOperation, MAX_TOKENS } from '../graphql/check-operation.js'
import { checkScopes } from '../graphql/check-scopes.js'
import { type Context, createContext, type Services } from '../graphql/context.js'
import { toClientError } from '../graphql/format-error.js'
import type { Guard } from './guard.js'
import { createSocketOperations } from './socket-operations.js'

/** The largest message, as the largest body of a POST. */
export const MAX_MESSAGE_BYTES = 2 ** 20
/** How long a client may take to introduce itself. */
const INIT_TIMEOUT_MILLISECONDS = 5000

interface Payload {
  readonly query?: unknown
  readonly operationName?: unknown
  readonly variables?: unknown
}

/** Serves queries, mutations and subscriptions over /graphql/ws, protocol graphql-transport-ws. */
export async function addGraphQLOverWebSocket(
  app: FastifyInstance,
  schema: GraphQLSchema,
  services: Services,
  guard: Guard,
): Promise<void> {
  await app.register(websocket, { options: { maxPayload: MAX_MESSAGE_BYTES } })
  const format = (errors: readonly unknown[], requestId: string) =>
    errors.map((error) => toClientError(error, { requestId, log: services.log }))
  const operations = createSocketOperations(guard)
  const handler = makeHandler<Record<string, unknown>, { request: FastifyRequest }>({
    schema,
    execute: operations.execute,
    subscribe: operations.subscribe,
    connectionInitWaitTimeout: INIT_TIMEOUT_MILLISECONDS,
    // Whatever NODE_ENV says: the reason for which a socket is closed tells nothing of the inside.
    isProd: true,
    onSubscribe: async ({ connectionParams, extra }, _id, payload) => {
      const started = operations.start(randomUUID())
      try {
        // Asked for each operation: a key that was revoked meanwhile opens nothing any more.
        await started.admit(extra.request.ip, authorizationOf(connectionParams))
        const args = readOperation(schema, payload)
        started.read(args)
        checkScopes(schema, args.document, args.operationName, started.viewer)
        checkOperation(args.document, args.variableValues)
        const context = createContext(services, started.viewer, started.requestId)
        return { schema, ...args, contextValue: { ...context, started } }
      } catch (error) {
        const errors = error instanceof RefusedDocument ? error.errors : [toGraphQLError(error)]
        started.finish(format(errors, started.requestId)[0])
        return errors
      }
    },
    onNext: (_connection, _id, _payload, args, result) => {
      if (!result.errors) return
      const { requestId } = args.contextValue as unknown as Context
      return { ...result, errors: format(result.errors, requestId) } as never
    },
    onError: (_connection, _id, _payload, errors) => format(errors, randomUUID()) as never,
  })
  app.register(async (scope) => {
    scope.get('/graphql/ws', { websocket: true }, function (socket, request) {
      guard.metrics.openSockets.inc()
      socket.once('close', () => guard.metrics.openSockets.dec())
      // The handler listens to the first error alone; another one would end the process.
      socket.on('error', () => {})
      return handler.call(this, socket, request)
    })
  })
}

/** The errors of a document that does not parse, or does not fit the schema. */
class RefusedDocument extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('the document was refused')
  }
}

function readOperation(schema: GraphQLSchema, { query, operationName, variables }: Payload) {
  if (typeof query !== 'string') throw new ActbenchError('BAD_REQUEST', 'payload.query: expected a document')
  const document = parseDocument(query)
  const errors = validate(schema, document)
  if (errors.length > 0) {
    throw new RefusedDocument(errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')))
  }
  const variableValues = (variables ?? undefined) as Record<string, unknown> | undefined
  if (!getOperationAST(document, operationName as string | undefined)) {
    throw new ActbenchError('BAD_REQUEST', 'operationName: expected the name of an operation of the document')
  }
  return { document, variableValues, operationName: operationName as string | undefined }
}

function parseDocument(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens: MAX_TOKENS })
  } catch (error) {
    throw new RefusedDocument([withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')])
  }
}

function withCode({ message, nodes, source, positions }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, { nodes, source, positions, extensions: { code } })
}

function toGraphQLError(error: unknown): GraphQLError {
  return new GraphQLError(String(error), { originalError: error as Error })
}

/** Keys travel in the first message's payload, under the header's name in whatever case. */
function authorizationOf(parameters: Readonly<Record<string, unknown>> | undefined): unknown {
  const name = Object.keys(parameters ?? {}).find((key) => key.toLowerCase() === 'authorization')
  return name === undefined ? undefined : parameters?.[name]
}
