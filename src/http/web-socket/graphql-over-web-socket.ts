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
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws'
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
  await app.register(websocket, { options: { maxPayload: limits.bodyBytes, handleProtocols }, errorHandler })
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
        await steps.admit(operation, findAuthorization(connectionParams, extra.request.headers))
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
      method: ['GET', 'HEAD'],
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
        if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) return refuseProtocol(socket)
        limitSocketBuffer(socket as never, quota, nameAddress(request.ip))
        return handler.call(LIBRARY_SERVER, socket, request)
      },
    })
  })
}

/** The library sets its own choice of the protocol here, and not in the server, where it would replace the one below. */
const LIBRARY_SERVER = { websocketServer: { options: {}, clients: new Set(), once() {} } } as unknown as FastifyInstance

/**
 * Chooses the protocol of a new web socket. The handler of the library would set its choice only when it gets its first
 * socket, which is too late for that one. If a client does not offer the protocol,
 * it gets the first one of its own: a browser hides why a socket was closed if none was chosen.
 */
function handleProtocols(offered: ReadonlySet<string>): string | false {
  if (offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL)) return GRAPHQL_TRANSPORT_WS_PROTOCOL
  const [first] = offered
  return first ?? false
}

function refuseProtocol(socket: { protocol: string; close(code: number, reason: string): void }): void {
  const { protocol } = socket
  const got = protocol === '' ? 'none' : protocol.slice(0, 40)
  socket.close(CloseCode.SubprotocolNotAcceptable, `subprotocol: expected ${GRAPHQL_TRANSPORT_WS_PROTOCOL}, got ${got}`)
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

/**
 * The key of a web socket: the field `authorization` of its first message, in any case, or the header of the upgrade
 * request. If both are given, the message counts, because it is closer to the operation: a proxy may have set the header.
 */
function findAuthorization(
  parameters: Readonly<Record<string, unknown>> | undefined,
  headers: FastifyRequest['headers'],
) {
  const name = Object.keys(parameters ?? {}).find((key) => key.toLowerCase() === 'authorization')
  return (name === undefined ? null : parameters?.[name]) ?? headers.authorization
}
