import { priceDocument, priceText } from '../../operation-limits/price-document.js'
import { type Budget, requireAccepted } from '../../services/access/budget.js'
import type { OperationRequest } from './operation-request.js'

/** Price of an operation that is refused before it runs, and of each problem that is reported in its document. */
export const REFUSED_PRICE = 10
export const PROBLEM_PRICE = 4

/** Throws RATE_LIMITED if this server already knows that the client has nothing left. */
export function requireBudgetLeft(budget: Budget, client: string): void {
  const refusal = budget.findRefusal(client)
  if (refusal) requireAccepted(refusal)
}

/** Charges an operation, or an event of a subscription. Throws RATE_LIMITED. */
export async function chargeOperation(
  budget: Budget,
  operation: Pick<OperationRequest, 'client' | 'spending'>,
  cost: number,
): Promise<void> {
  operation.spending = await budget.charge(operation.client, cost)
  requireAccepted(operation.spending)
}

/**
 * Charges an operation that was refused before it ran, because reading and validating it took time. If it was refused
 * because the budget is spent, only the reading of a long document is charged: to retry too early is not an offence.
 */
export async function chargeRefused(
  budget: Budget,
  { client, spending, document, problems, text }: OperationRequest,
): Promise<void> {
  if (spending?.isAccepted) return
  const reading = document ? priceDocument(document) : priceText(text)
  const refusal = REFUSED_PRICE + PROBLEM_PRICE * (document ? problems.length : 1)
  await budget.chargeAnyway(client, spending ? reading : refusal + reading)
}
