import { type DocumentNode, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql'
import type { Context } from '../graphql/context.js'
import { toActbenchError } from '../graphql/format-error.js'
import { requireAccepted } from '../services/access/budget.js'
import { assertLimit } from './assert-limit.js'
import { checkVariables } from './check-variables.js'
import { priceCharacters, priceDocument, priceText } from './price-document.js'
import { priceOperation } from './price-operation.js'
import { mapFragments } from './selections.js'

/** An operation of a valid document, as a client asks for it. */
export interface AskedOperation {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>> | null | undefined
}

/**
 * Prices an operation and charges it to the client, before anything of it runs; leaves what was spent in the context and
 * returns the price. Throws QUERY_TOO_COMPLEX for one that no budget allows, RATE_LIMITED where this one is spent, and
 * what `checkVariables` throws.
 */
export async function admitOperation(
  context: Context,
  schema: GraphQLSchema,
  { document, operation, variables }: AskedOperation,
): Promise<number> {
  const { limits, budget } = context
  const characters = checkVariables(variables, limits)
  const asked = priceOperation(schema, mapFragments(document), operation, variables ?? {})
  const cost = asked + priceDocument(document) + priceCharacters(characters)
  assertLimit('cost of the operation', cost, Math.min(limits.cost, budget.limit || limits.cost))
  await charge(context, cost)
  if (characters > MANY_CHARACTERS) refuseWrongVariables(schema, operation, variables ?? {})
  return cost
}

/** Beyond so many characters of variables one mistake is told, not fifty: graphql-js repeats the variable with each. */
const MANY_CHARACTERS = 10_000

function refuseWrongVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): void {
  const { errors } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: 1 })
  if (errors) throw toActbenchError(errors[0]) ?? errors[0]
}

/** Charges the client of a context; throws RATE_LIMITED. */
export async function charge(context: Context, cost: number): Promise<void> {
  context.spending = await context.budget.charge(context.client, cost)
  requireAccepted(context.spending)
}

/** Units that an operation costs which is refused before it runs, and each of the problems that it was told of. */
export const REFUSED_PRICE = 10
export const PROBLEM_PRICE = 4

/**
 * Charges the client for an operation that was refused before it ran: reading and validating it took time. Where it was
 * refused for the budget, a document as people write them costs nothing. `text`: the document, where it was not parsed.
 */
export async function chargeRefused(
  { spending, refused, budget, client }: Pick<Context, 'spending' | 'refused' | 'budget' | 'client'>,
  text: unknown,
): Promise<void> {
  if (spending?.isAccepted) return
  const read = refused ? priceDocument(refused.document) : priceText(text)
  // Asking again too early is no offence, but reading what was sent may take long.
  if (spending) return budget.chargeAnyway(client, read)
  await budget.chargeAnyway(client, REFUSED_PRICE + PROBLEM_PRICE * (refused?.problems ?? 1) + read)
}

/** Throws RATE_LIMITED where it is known that the client has nothing left, before what it sent is read. */
export function refuseSpent({ budget, client }: Pick<Context, 'budget' | 'client'>): void {
  const refusal = budget.findRefusal(client)
  if (refusal) requireAccepted(refusal)
}
