import type { Db } from '../../db/connection/client.js'
import { markCompleted, markFailed } from '../../db/searches/complete-suggestion.js'
import type { Metrics } from '../../metrics.js'
import { endIfOver, type OpenSearch } from './search-end.js'

export type CompleteMetrics = Metrics & { readonly validationAccuracy: number }

/**
 * Completes a suggestion as the next step of its search, which ends with the last step of its budget or with its last
 * function. The caller holds the lock of the search (see `lockSearch`). Nothing happens to a suggestion that was already
 * reported.
 */
export async function completeSuggestion(
  db: Db,
  search: OpenSearch,
  suggestionId: number,
  metrics: CompleteMetrics,
  evaluationId: number | null,
): Promise<void> {
  await markCompleted(db.$kysely, suggestionId, { ...metrics, evaluationId })
  // Otherwise the search still has functions to suggest.
  if (search.shortage === 'NONE_LEFT') await endIfOver(db, search)
}

/**
 * Ends a suggestion as FAILED, for good: its function is not suggested again in this search. The search ends if too many
 * of its suggestions failed.
 */
export async function failSuggestion(db: Db, search: OpenSearch, suggestionId: number, failure: string): Promise<void> {
  await markFailed(db.$kysely, suggestionId, failure)
  await endIfOver(db, search)
}
