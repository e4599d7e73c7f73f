import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
} from 'graphql'
import { ActbenchError } from '../../errors.js'
import { createContext, type Services } from '../../graphql/context.js'
import { weighDocument } from '../graphql/document-cache.js'
import { createOperationRequest } from '../graphql/operation-request.js'
import type { OperationSteps } from '../graphql/operation-steps.js'
import type { MemoryQuota } from '../requests/memory-quota.js'
import type { StreamContext, StreamedOperation } from './streamed-operations.js'

/** What a client sends to ask for an operation, as it came. */
export interface OperationPayload {
  readonly query?: unknown
  readonly operationName?: unknown
  readonly variables?: unknown
}

interface Arrival {
  readonly transport: 'ws' | 'sse'
  readonly requestId: string
  readonly ip: string
}

/** An operation that has just arrived, with the memory that it uses until it is freed. */
export function openStreamedOperation(arrival: Arrival, payload: OperationPayload, quota: MemoryQuota) {
  const operation = createOperationRequest({ ...arrival, text: payload?.query })
  const reserved: (() => void)[] = []
  return Object.assign(operation, {
    /** Reserves bytes for the client. Throws RATE_LIMITED or SERVICE_UNAVAILABLE if the room is used up. */
    keep(bytes: number): void {
      quota.requireRoom(operation.address, bytes)
      reserved.push(quota.reserve(operation.address, bytes))
    },
    free(): void {
      for (const release of reserved) release()
    },
  })
}

/**
 * Takes the steps of an operation up to its execution, and returns what graphql-js needs to execute it. Throws the error of
 * the step that refuses it.
 */
export async function prepareOperation(
  schema: GraphQLSchema,
  services: Services,
  steps: OperationSteps,
  operation: StreamedOperation & { keep(bytes: number): void },
  payload: OperationPayload,
  authorization: unknown,
): Promise<ExecutionArgs> {
  operation.keep(JSON.stringify(payload).length)
  await steps.admit(operation, authorization)
  const { query, operationName, variables } = readPayload(payload)
  const document = parseDocument(query, services.limits.tokens)
  const parsed = getOperationAST(document, operationName) ?? null
  operation.keep(weighDocument(document))
  steps.validate(operation, document, parsed)
  if (!parsed) throw new ActbenchError('BAD_REQUEST', UNKNOWN_OPERATION)
  steps.authorize(operation, document, operationName)
  await steps.charge(operation, { document, operation: parsed, variables })
  const contextValue: StreamContext = createContext(services, operation)
  return { schema, document, variableValues: variables, operationName, contextValue }
}

const UNKNOWN_OPERATION = 'operationName: expected the name of an operation of the document'

function readPayload({ query, operationName, variables }: OperationPayload) {
  if (typeof query !== 'string') throw new ActbenchError('BAD_REQUEST', 'query: expected a document')
  if (operationName != null && typeof operationName !== 'string')
    throw new ActbenchError('BAD_REQUEST', UNKNOWN_OPERATION)
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables))) {
    throw new ActbenchError('BAD_REQUEST', 'variables: expected an object')
  }
  return {
    query,
    operationName: operationName ?? undefined,
    variables: (variables ?? undefined) as Record<string, unknown> | undefined,
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
