import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import { requireAccepted } from '../services/budget.js'
import { checkVariables } from './check-variables.js'
import type { Context } from './context.js'
import { priceOperation } from './price-operation.js'
import { refuseBeyond } from './refuse-beyond.js'
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
  checkVariables(variables, limits)
  const cost = priceOperation(schema, mapFragments(document), operation, variables ?? {})
  refuseBeyond('cost of the operation', cost, Math.min(limits.cost, budget.limit || limits.cost))
  await charge(context, cost)
  return cost
}

/** Charges the client of a context; throws RATE_LIMITED. */
export async function charge(context: Context, cost: number): Promise<void> {
  context.spending = await context.budget.charge(context.client, cost)
  requireAccepted(context.spending)
}
