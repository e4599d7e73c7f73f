import { randomUUID } from 'node:crypto'
import websocket from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql'
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws'
import { makeHandler } from 'graphql-ws/use/@fastify/websocket'
import { ActbenchError } from '../../errors.js'
import type { Services } from '../../graphql/context.js'
import { assertLimit } from '../../operation-limits/assert-limit.js'
import type { OperationSteps } from '../graphql/operation-steps.js'
import type { Metrics } from '../metrics/metrics.js'
import { nameAddress } from '../requests/client-name.js'
import { toErrorBody } from '../requests/error-handler.js'
import type { MemoryQuota } from '../requests/memory-quota.js'
import { openStreamedOperation, prepareOperation } from '../streams/prepare-operation.js'
import { createStreamedOperations, type StreamContext } from '../streams/streamed-operations.js'
import { limitSocketBuffer } from './socket-backpressure.js'
import { createSocketCount } from './socket-count.js'

const PATH = '/graphql/ws'

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
  const operations = createStreamedOperations(steps, budget, metrics.openSubscriptions)
  const handler = makeHandler<Record<string, unknown>, { request: FastifyRequest }>({
    schema,
    execute: operations.execute,
    subscribe: operations.subscribe,
    connectionInitWaitTimeout: limits.initSeconds * 1000,
    // Whatever NODE_ENV says: the reason for which a socket is closed reveals nothing internal.
    isProd: true,
    onSubscribe: async ({ connectionParams, extra, subscriptions }, _id, payload) => {
      const arrival = { transport: 'ws', requestId: randomUUID(), ip: extra.request.ip } as const
      const operation = openStreamedOperation(arrival, payload, quota)
      try {
        assertLimit('operations on this web socket', Object.keys(subscriptions).length, limits.socketOperations)
        // For each operation, because the key may have been revoked since the last one.
        const authorization = findAuthorization(connectionParams, extra.request.headers)
        return await prepareOperation(schema, services, steps, operation, payload, authorization)
      } catch (error) {
        const errors = steps.describeErrors(operation, [error])
        operations.finish(operation, errors[0])
        return errors.map((each) => new DescribedError(each))
      }
    },
    onNext: (_connection, _id, _payload, args, result) => {
      if (!result.errors) return
      const { operation } = args.contextValue as unknown as StreamContext
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
