import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql'
import { ActbenchError } from '../../errors.js'
import type { Services } from '../../graphql/context.js'
import { toActbenchError, toClientError } from '../../graphql/format-error.js'
import { PRICE_LIST } from '../../graphql/operation-prices.js'
import { findLargeAnswer } from '../../operation-limits/limit-answer.js'
import { type PricedRequest, priceRequest, type RequestedOperation } from '../../operation-limits/price-request.js'
import { computeRefund } from '../../operation-limits/refund.js'
import { toTooDeep } from '../../operation-limits/too-deep.js'
import { createDocumentValidator } from '../../operation-limits/validate-document.js'
import { nameClient } from '../requests/client-name.js'
import type { RequestGate } from '../requests/request-gate.js'
import { checkScopes } from './check-scopes.js'
import { chargeOperation, chargeRefused, requireBudgetLeft } from './operation-charges.js'
import type { OperationRequest } from './operation-request.js'

export type OperationSteps = ReturnType<typeof createOperationSteps>

/**
 * The way of a GraphQL operation through the server, from top to bottom. HTTP (`graphql-over-http.ts`), web sockets
 * (`graphql-over-web-socket.ts`) and server-sent events (`graphql-over-event-stream.ts`) take the same steps; they only read the request, parse it, and send the answer.
 *
 * A step throws if it refuses the operation. Then only the last three steps follow.
 */
export function createOperationSteps(schema: GraphQLSchema, services: Services, gate: RequestGate) {
  const { limits, budget, log } = services
  const listProblems = createDocumentValidator(schema, limits)
  const pricesWithoutVariables = new WeakMap<OperationDefinitionNode, PricedRequest>()
  const maxCost = Math.min(limits.cost, budget.limit || limits.cost)

  /** 1. Waits for a turn and finds out who asks. Throws UNAUTHENTICATED, RATE_LIMITED or SERVICE_UNAVAILABLE. */
  async function admit(operation: OperationRequest, authorization: unknown): Promise<void> {
    const { viewer, release } = await gate.admit(operation.address, authorization)
    operation.release = release
    operation.viewer = viewer
    operation.client = nameClient(viewer, operation.ip)
    requireBudgetLeft(budget, operation.client)
    operation.isAdmitted = true
  }

  /** 2. Refuses a document that exceeds a limit or does not fit the schema. Throws its first problem. */
  function validate(operation: OperationRequest, document: DocumentNode, parsed: OperationDefinitionNode | null): void {
    operation.document = document
    operation.name = parsed?.name?.value
    operation.type = parsed?.operation ?? 'none'
    operation.problems = listProblems(document)
    if (operation.problems.length > 0) throw operation.problems[0]
    if (operation.transport === 'http' && operation.type === 'subscription') {
      throw new ActbenchError('BAD_REQUEST', SUBSCRIPTION_OVER_HTTP)
    }
  }

  /** 3. Refuses mutations that the key has no scope for. Throws UNAUTHENTICATED or FORBIDDEN. */
  function authorize({ viewer }: OperationRequest, document: DocumentNode, operationName: string | undefined): void {
    checkScopes(schema, document, operationName, viewer)
  }

  function price(requested: RequestedOperation): PricedRequest {
    const hasVariables =
      requested.operation.variableDefinitions?.length || Object.keys(requested.variables ?? {}).length
    const known = hasVariables ? undefined : pricesWithoutVariables.get(requested.operation)
    if (known) return known
    const priced = priceRequest(schema, PRICE_LIST, requested, { limits, maxCost })
    if (!hasVariables) pricesWithoutVariables.set(requested.operation, priced)
    return priced
  }

  /** 4. Prices the operation and charges the client. Throws QUERY_TOO_COMPLEX, BAD_USER_INPUT or RATE_LIMITED. */
  async function charge(operation: OperationRequest, requested: RequestedOperation): Promise<void> {
    const { cost, characters } = price(requested)
    // A known query that failed is executed again, for the same price.
    if (operation.requested === null) await chargeOperation(budget, operation, cost)
    operation.requested = requested
    if (characters > MANY_CHARACTERS) refuseWrongVariables(schema, requested)
  }

  /** 4. The same for an answer that is kept, at the cost of its execution and with its refund. Throws RATE_LIMITED. */
  async function chargeKept(operation: OperationRequest, cost: number, refunded: number): Promise<void> {
    await chargeOperation(budget, operation, cost)
    if (refunded > 0) budget.refund(operation.client, refunded)
  }

  // 5. Apollo Server or graphql-ws executes the operation.

  /** 6. QUERY_TOO_COMPLEX for an answer that is too long to be sent, otherwise null. */
  function refuseLargeAnswer({ spending }: OperationRequest, result: Pick<ExecutionResult, 'data'>) {
    return findLargeAnswer(limits, spending?.cost ?? 0, result)
  }

  /** 7. Gives back what an answer without errors was charged for rows that did not come. */
  function refund(operation: OperationRequest, { data, errors }: Executed): void {
    const { requested, client } = operation
    if (!requested || !data || errors?.length) return
    operation.refunded = computeRefund(schema, PRICE_LIST, requested, data)
    if (operation.refunded > 0) budget.refund(client, operation.refunded)
  }

  /** 8. Tells the client what went wrong, with codes of the API. All problems of a document are told, not only the first. */
  function describeErrors(operation: OperationRequest, thrown: readonly unknown[]): GraphQLFormattedError[] {
    const errors = operation.problems.length > 0 ? operation.problems : thrown
    const { requestId } = operation
    return errors.map((error) => toClientError(toTooDeep(error, limits) ?? error, { requestId, log }))
  }

  /** 9. Lets the client's next operation in, and charges this one if it was refused. */
  function settle(operation: OperationRequest): void {
    if (operation.isSettled) return
    operation.isSettled = true
    operation.release()
    // If the database is not reachable, nothing is charged, and nobody waits for it.
    if (operation.isAdmitted) chargeRefused(budget, operation).catch(() => {})
  }

  /** 10. Counts and logs the operation with the code of its first error, or OK. */
  function record(operation: OperationRequest, code: string): void {
    if (operation.isRecorded) return
    operation.isRecorded = true
    endSpan(operation, code)
    gate.note(operation, code)
  }

  return { admit, validate, authorize, charge, chargeKept, refuseLargeAnswer, refund, describeErrors, settle, record }
}

/** The result of an execution; its errors may be written for clients already. */
type Executed = Pick<ExecutionResult, 'data'> & { readonly errors?: readonly unknown[] }

const SUBSCRIPTION_OVER_HTTP =
  'subscription: expected a web socket (/graphql/ws) or the header Accept: text/event-stream'

/** A trace shows name, type, cost and outcome of an operation, and neither its document nor its variables. */
function endSpan({ span, name, type, spending, transport }: OperationRequest, code: string): void {
  const operationName = name?.slice(0, 50)
  span.setName(operationName ? `${type} ${operationName}` : type)
  span.setAttributes({
    'graphql.operation.name': operationName,
    'graphql.operation.type': type,
    'actbench.cost': spending?.cost,
    'actbench.transport': transport,
    'actbench.code': code,
  })
  if (code !== 'OK') span.fail(code)
  span.end()
}

/** graphql-js repeats a variable with each mistake in it, so only the first mistake in long variables is reported. */
const MANY_CHARACTERS = 10_000

function refuseWrongVariables(schema: GraphQLSchema, { operation, variables }: RequestedOperation): void {
  const definitions = operation.variableDefinitions ?? []
  const { errors } = getVariableValues(schema, definitions, variables ?? {}, { maxErrors: 1 })
  if (errors) throw toActbenchError(errors[0]) ?? errors[0]
}
