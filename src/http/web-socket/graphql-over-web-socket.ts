import { randomUUID } from 'node:crypto'
import websocket from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  parse,
} from 'graphql'
import { makeHandler } from 'graphql-ws/use/@fastify/websocket'
import { ActbenchError } from '../../errors.js'
import { createContext, type Services } from '../../graphql/context.js'
import { assertLimit } from '../../operation-limits/assert-limit.js'
import { weighDocument } from '../graphql/document-cache.js'
import { createOperationRequest } from '../graphql/operation-request.js'
import type { OperationSteps } from '../graphql/operation-steps.js'
import type { Metrics } from '../metrics/metrics.js'
import { nameAddress } from '../requests/client-name.js'
import { toErrorBody } from '../requests/error-handler.js'
import type { MemoryQuota } from '../requests/memory-quota.js'
import { limitSocketBuffer } from './socket-backpressure.js'
import { createSocketCount } from './socket-count.js'
import { createSocketOperations, type SocketContext } from './socket-operations.js'

const PATH = '/graphql/ws'

/** The payload of a message that asks for an operation. */
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
  { steps, metrics, quota }: { steps: OperationSteps; metrics: Metrics; quota: MemoryQuota },
): Promise<void> {
  const { limits, budget } = services
  // Only its client can break a socket, so the log does not mention it.
  const errorHandler = (_error: Error, socket: { terminate(): void }) => socket.terminate()
  await app.register(websocket, { options: { maxPayload: limits.bodyBytes }, errorHandler })
  app.addHook('onRequest', async ({ routeOptions, headers }) => {
    if (routeOptions.url === PATH || headers.upgrade?.toLowerCase() !== 'websocket') return
    throw Object.assign(new ActbenchError('BAD_REQUEST', `web sockets are served at ${PATH} only`), { statusCode: 400 })
  })
  const operations = createSocketOperations(steps, budget, metrics.openSubscriptions)
  const handler = makeHandler<Record<string, unknown>, { request: FastifyRequest }>({
    schema,
    execute: operations.execute,
    subscribe: operations.subscribe,
    connectionInitWaitTimeout: limits.initSeconds * 1000,
    // Whatever NODE_ENV says: the reason for which a socket is closed reveals nothing internal.
    isProd: true,
    onSubscribe: async ({ connectionParams, extra, subscriptions }, _id, payload) => {
      const operation = openOperation(extra.request, quota, payload)
      try {
        assertLimit('operations on this web socket', Object.keys(subscriptions).length, limits.socketOperations)
        operation.keep(JSON.stringify(payload).length)
        // For each operation, because the key may have been revoked since the last one.
        await steps.admit(operation, authorizationOf(connectionParams))
        const request = readRequest(payload, limits.tokens)
        operation.keep(weighDocument(request.document))
        steps.validate(operation, request.document, request.operation ?? null)
        if (!request.operation) throw new ActbenchError('BAD_REQUEST', UNKNOWN_OPERATION)
        steps.authorize(operation, request.document, request.operationName)
        await steps.charge(operation, { ...request, operation: request.operation, variables: request.variableValues })
        const contextValue: SocketContext = { ...createContext(services, operation), operation }
        const { document, variableValues, operationName } = request
        return { schema, document, variableValues, operationName, contextValue }
      } catch (error) {
        const errors = steps.describeErrors(operation, [error])
        operations.finish(operation, errors[0])
        return errors.map((each) => new DescribedError(each))
      }
    },
    onNext: (_connection, _id, _payload, args, result) => {
      if (!result.errors) return
      const { operation } = args.contextValue as unknown as SocketContext
      return { ...result, errors: steps.describeErrors(operation, result.errors) } as never
    },
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
        metrics.openSockets.inc()
        socket.once('close', () => metrics.openSockets.dec())
        // The library closes a socket with an error by itself. The handler would write the first error to the console, many
        // lines that any client can cause, and not listen to the next one, which would end the process.
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

/** An error that is written for clients already: graphql-ws sends what `toJSON` returns, and wants a GraphQLError. */
class DescribedError extends GraphQLError {
  constructor(private readonly described: GraphQLFormattedError) {
    super(described.message)
  }

  override toJSON(): GraphQLFormattedError {
    return this.described
  }
}

const UNKNOWN_OPERATION = 'operationName: expected the name of an operation of the document'

/** An operation that just arrived, with the memory that it uses until it is freed. */
function openOperation({ ip }: FastifyRequest, quota: MemoryQuota, payload: Payload) {
  const arrived = createOperationRequest({ transport: 'ws', requestId: randomUUID(), ip, text: payload?.query })
  const reserved: (() => void)[] = []
  return Object.assign(arrived, {
    /** Reserves bytes for the client. Throws RATE_LIMITED or SERVICE_UNAVAILABLE if there is no room. */
    keep(bytes: number): void {
      quota.requireRoom(arrived.address, bytes)
      reserved.push(quota.reserve(arrived.address, bytes))
    },
    free(): void {
      for (const release of reserved) release()
    },
  })
}

function readRequest({ query, operationName, variables }: Payload, maxTokens: number) {
  if (typeof query !== 'string') throw new ActbenchError('BAD_REQUEST', 'payload.query: expected a document')
  const document = parseDocument(query, maxTokens)
  return {
    document,
    operation: getOperationAST(document, operationName as string | undefined),
    variableValues: (variables ?? undefined) as Record<string, unknown> | undefined,
    operationName: operationName as string | undefined,
  }
}

function parseDocument(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens, maxComments: maxTokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const { message, nodes, source, positions } = error
    throw new GraphQLError(message, { nodes, source, positions, extensions: { code: 'GRAPHQL_PARSE_FAILED' } })
  }
}

/** Keys travel in the first message's payload, under the name of the header in any case. */
function authorizationOf(parameters: Readonly<Record<string, unknown>> | undefined): unknown {
  const name = Object.keys(parameters ?? {}).find((key) => key.toLowerCase() === 'authorization')
  return name === undefined ? undefined : parameters?.[name]
}
