import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
} from 'graphql'
import { ActbenchError, ERROR_CODES, type ErrorCode } from '../../errors.js'
import type { Services } from '../../graphql/context.js'
import type { OperationSteps } from '../graphql/operation-steps.js'
import type { Metrics } from '../metrics/metrics.js'
import { nameAddress } from '../requests/client-name.js'
import type { GracefulShutdown } from '../requests/graceful-shutdown.js'
import type { MemoryQuota } from '../requests/memory-quota.js'
import { toRateLimitHeaders } from '../requests/rate-limit-headers.js'
import { createTally } from '../requests/tally.js'
import { type OperationPayload, openStreamedOperation, prepareOperation } from '../streams/prepare-operation.js'
import { createStreamedOperations, type StreamedOperation } from '../streams/streamed-operations.js'
import { wantsEventStream } from './accepted-types.js'
import { createEventStream } from './event-stream.js'

const PATH = '/graphql/stream'
/** After this time another stream of the same address may have ended. */
const RETRY_AFTER_SECONDS = 60

/** Answers requests with server-sent events, as graphql-sse defines them (distinct connections mode). */
export interface EventStreams {
  /** Whether a request to /graphql wants events. */
  isWanted(request: FastifyRequest): boolean
  send(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
}

/**
 * Serves GET and POST /graphql/stream, and returns how /graphql serves the same. An operation takes the steps of one over a
 * web socket. If it is refused before it starts because of its client, the answer has the status and the body of an answer
 * over HTTP. All other errors come as an event.
 */
export function addGraphQLOverEventStream(
  app: FastifyInstance,
  schema: GraphQLSchema,
  services: Services,
  { steps, metrics, quota, shutdown }: EventStreamParts,
): EventStreams {
  const { limits, budget } = services
  const operations = createStreamedOperations(steps, budget, metrics.openSubscriptions)
  const open = new Set<Readable>()
  const counts = createTally()
  // The clients see a stream that ends without `complete`, and connect again.
  shutdown.onStop(() => {
    for (const stream of open) stream.destroy()
  })

  async function send(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    reply.header('cache-control', 'private, no-store').header('vary', 'accept, authorization')
    const address = nameAddress(request.ip)
    const count = counts.of(address)
    if (count >= limits.streams) {
      const message = `this address has ${count} event streams open; at most ${limits.streams} are allowed`
      throw new ActbenchError('RATE_LIMITED', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })
    }
    reply.raw.once('close', counts.add(address))
    const payload = readPayload(request)
    const operation = openStreamedOperation({ transport: 'sse', requestId: request.id, ip: request.ip }, payload, quota)
    let results: AsyncIterator<object>
    try {
      const args = await prepareOperation(schema, services, steps, operation, payload, request.headers.authorization)
      const { operation: kind } = getOperationAST(args.document, args.operationName) ?? {}
      if (request.method === 'GET' && kind === 'mutation') throw refuseMutation(reply)
      const result =
        kind === 'subscription' ? await operations.subscribe(args) : await operations.execute(args as ExecutionArgs)
      results = describeResults(Symbol.asyncIterator in result ? result : justOne(result), operation)
    } catch (error) {
      const errors = steps.describeErrors(operation, [error])
      operations.finish(operation, errors[0])
      const refusal = toHttpStatus(errors[0])
      reply.headers(toRateLimitHeaders(operation.spending, budget.limit))
      if (refusal) return sendRefusal(reply, refusal, errors)
      results = justOne({ errors })
    }
    const stream = createEventStream(results, {
      reserve: (bytes) => quota.reserve(address, bytes),
      isFull: () => quota.isFull(address),
    })
    open.add(stream)
    stream.once('close', () => open.delete(stream))
    // The client may have left while its operation waited.
    if (reply.raw.destroyed) stream.destroy()
    reply.headers({
      ...toRateLimitHeaders(operation.spending, budget.limit),
      'content-type': 'text/event-stream; charset=utf-8',
      // Neither may a proxy compress the stream, which would hold events back, nor collect them.
      'cache-control': 'no-cache, no-store, no-transform',
      'x-accel-buffering': 'no',
    })
    return reply.send(stream)
  }

  /** Tells what went wrong in the form of the API, also if the stream itself fails. */
  async function* describeFailure(operation: StreamedOperation, error: unknown): AsyncGenerator<object> {
    yield { errors: steps.describeErrors(operation, [error]) }
  }

  function describeResults(
    results: AsyncIterator<ExecutionResult>,
    operation: StreamedOperation,
  ): AsyncIterator<object> {
    let rest: AsyncIterator<object> = results
    return {
      async next() {
        try {
          const next = await rest.next()
          if (next.done || !(next.value as ExecutionResult).errors) return next
          const { errors, ...result } = next.value as ExecutionResult
          return { done: false, value: { ...result, errors: steps.describeErrors(operation, errors ?? []) } }
        } catch (error) {
          rest = describeFailure(operation, error)
          return rest.next()
        }
      },
      return: () => rest.return?.() as Promise<IteratorResult<object>>,
    }
  }

  app.route({ method: ['GET', 'POST'], url: PATH, handler: send })
  return {
    isWanted: (request) =>
      request.method !== 'HEAD' && wantsEventStream(request.headers.accept, toObject(request), limits.tokens),
    send,
  }
}

interface EventStreamParts {
  readonly steps: OperationSteps
  readonly metrics: Metrics
  readonly quota: MemoryQuota
  readonly shutdown: Pick<GracefulShutdown, 'onStop'>
}

/** The payload in the body of a POST or the query string of a GET. Throws BAD_REQUEST if it is malformed. */
function readPayload(request: FastifyRequest): OperationPayload {
  const payload = toObject(request)
  if (request.method === 'POST') return payload
  const { query, operationName, variables } = payload
  try {
    return { query, operationName: operationName || undefined, variables: variables && JSON.parse(String(variables)) }
  } catch {
    throw new ActbenchError('BAD_REQUEST', 'variables: expected an object in JSON')
  }
}

function toObject({ method, body, query }: FastifyRequest): OperationPayload {
  const given = method === 'POST' ? body : query
  return typeof given === 'object' && given !== null ? given : {}
}

function refuseMutation(reply: FastifyReply): ActbenchError {
  reply.code(405).header('allow', 'POST')
  return new ActbenchError('BAD_REQUEST', 'method: expected POST for a mutation, got GET')
}

/** Null for an error that the client gets as an event, because it is about its document or its arguments. */
function toHttpStatus({ extensions }: GraphQLFormattedError): number | null {
  const code = extensions?.code as ErrorCode
  const { status } = ERROR_CODES[code]
  return status !== 400 || code === 'BAD_REQUEST' ? status : null
}

function sendRefusal(reply: FastifyReply, status: number, errors: readonly GraphQLFormattedError[]): FastifyReply {
  const { retryAfterSeconds } = errors[0].extensions ?? {}
  if (retryAfterSeconds) reply.header('retry-after', String(retryAfterSeconds))
  return reply.code(reply.statusCode === 405 ? 405 : status).send({ errors })
}

async function* justOne<Item>(item: Item): AsyncGenerator<Item> {
  yield item
}
