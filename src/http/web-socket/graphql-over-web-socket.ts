import { randomUUID } from 'node:crypto'
import websocket from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST, parse } from 'graphql'
import { makeHandler } from 'graphql-ws/use/@fastify/websocket'
import { ActbenchError } from '../../errors.js'
import { type Context, createContext, type Services } from '../../graphql/context.js'
import { toClientError } from '../../graphql/format-error.js'
import { admitOperation, chargeRefused, refuseSpent } from '../../operation-limits/admit-operation.js'
import { assertLimit } from '../../operation-limits/assert-limit.js'
import { checkScopes } from '../../operation-limits/check-scopes.js'
import { createDocumentValidator } from '../../operation-limits/validate-document.js'
import { weighDocument } from '../graphql/document-cache.js'
import { nameAddress, nameClient } from '../requests/client-name.js'
import { toErrorBody } from '../requests/error-handler.js'
import type { MemoryQuota } from '../requests/memory-quota.js'
import type { RequestGate } from '../requests/request-gate.js'
import { limitSocketBuffer } from './socket-backpressure.js'
import { createSocketCount } from './socket-count.js'
import { createSocketOperations } from './socket-operations.js'

const PATH = '/graphql/ws'

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
  gate: RequestGate,
  quota: MemoryQuota,
): Promise<void> {
  const { limits, log } = services
  // What goes wrong on a socket is its client's doing, and no entry in the log.
  const errorHandler = (_error: Error, socket: { terminate(): void }) => socket.terminate()
  await app.register(websocket, { options: { maxPayload: limits.bodyBytes }, errorHandler })
  app.addHook('onRequest', async ({ routeOptions, headers }) => {
    if (routeOptions.url === PATH || headers.upgrade?.toLowerCase() !== 'websocket') return
    throw Object.assign(new ActbenchError('BAD_REQUEST', `web sockets are served at ${PATH} alone`), {
      statusCode: 400,
    })
  })
  const format = (errors: readonly unknown[], requestId: string) =>
    errors.map((error) => toClientError(error, { requestId, log }))
  const validateDocument = createDocumentValidator(schema, limits)
  const operations = createSocketOperations(gate)
  const handler = makeHandler<Record<string, unknown>, { request: FastifyRequest }>({
    schema,
    execute: operations.execute,
    subscribe: operations.subscribe,
    connectionInitWaitTimeout: limits.initSeconds * 1000,
    // Whatever NODE_ENV says: the reason for which a socket is closed tells nothing of the inside.
    isProd: true,
    onSubscribe: async ({ connectionParams, extra, subscriptions }, _id, payload) => {
      const started = operations.start(randomUUID())
      let context: Context | null = null
      try {
        assertLimit('operations on this web socket', Object.keys(subscriptions).length, limits.socketOperations)
        const { ip } = extra.request
        const keep = (bytes: number) => {
          quota.requireRoom(nameAddress(ip), bytes)
          started.keep(quota.reserve(nameAddress(ip), bytes))
        }
        keep(JSON.stringify(payload).length)
        // Asked for each operation: a key that was revoked meanwhile opens nothing any more.
        await started.admit(nameAddress(ip), authorizationOf(connectionParams))
        const { requestId, viewer } = started
        context = createContext(services, { viewer, requestId, client: nameClient(viewer, ip) })
        refuseSpent(context)
        const { operation, ...args } = readOperation(payload, limits.tokens, validateDocument)
        context.refused = { document: args.document, problems: 0 }
        keep(weighDocument(args.document))
        started.read(args)
        checkScopes(schema, args.document, args.operationName, viewer)
        await admitOperation(context, schema, { ...args, operation, variables: args.variableValues })
        return { schema, ...args, contextValue: { ...context, started } }
      } catch (error) {
        const errors = error instanceof RefusedDocument ? error.errors : [toGraphQLError(error)]
        if (context && error instanceof RefusedDocument) context.refused = error.refused
        if (context) chargeRefused(context, payload?.query).catch(() => {})
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
    scope.addHook('preValidation', createSocketCount(limits.sockets))
    scope.route({
      method: 'GET',
      url: PATH,
      handler: (_request, reply) =>
        reply
          .code(400)
          .send(toErrorBody('BAD_REQUEST', 'web sockets of graphql-transport-ws are served here, and no HTTP')),
      wsHandler(socket, request) {
        gate.metrics.openSockets.inc()
        socket.once('close', () => gate.metrics.openSockets.dec())
        // The library closes a socket with an error by itself. The handler would write the first one to the console, many
        // lines that any client can cause, and not listen to another, which would end the process.
        socket.on('error', () => {})
        const once = socket.once.bind(socket)
        socket.once = ((event: string, listener: () => void) =>
          event === 'error' ? socket : once(event as 'close', listener)) as never
        limitSocketBuffer(socket as never, quota, nameAddress(request.ip))
        return handler.call(this, socket, request)
      },
    })
  })
}

/** The errors of a document that does not parse, does not fit the schema, or is beyond a limit. */
class RefusedDocument extends Error {
  constructor(
    readonly errors: readonly GraphQLError[],
    readonly refused: Context['refused'],
  ) {
    super('the document was refused')
  }
}

function readOperation(
  { query, operationName, variables }: Payload,
  maxTokens: number,
  validateDocument: ReturnType<typeof createDocumentValidator>,
) {
  if (typeof query !== 'string') throw new ActbenchError('BAD_REQUEST', 'payload.query: expected a document')
  const document = parseDocument(query, maxTokens)
  const problems = validateDocument(document)
  if (problems.length > 0) throw new RefusedDocument(problems, { document, problems: problems.length })
  const operation = getOperationAST(document, operationName as string | undefined)
  if (!operation) {
    throw new ActbenchError('BAD_REQUEST', 'operationName: expected the name of an operation of the document')
  }
  return {
    document,
    operation,
    variableValues: (variables ?? undefined) as Record<string, unknown> | undefined,
    operationName: operationName as string | undefined,
  }
}

function parseDocument(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens, maxComments: maxTokens })
  } catch (error) {
    const { message, nodes, source, positions } = error as GraphQLError
    const extensions = { code: 'GRAPHQL_PARSE_FAILED' }
    throw new RefusedDocument([new GraphQLError(message, { nodes, source, positions, extensions })], null)
  }
}

function toGraphQLError(error: unknown): GraphQLError {
  return new GraphQLError(String(error), { originalError: error as Error })
}

/** Keys travel in the first message's payload, under the header's name in whatever case. */
function authorizationOf(parameters: Readonly<Record<string, unknown>> | undefined): unknown {
  const name = Object.keys(parameters ?? {}).find((key) => key.toLowerCase() === 'authorization')
  return name === undefined ? undefined : parameters?.[name]
}
