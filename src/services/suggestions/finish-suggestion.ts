import type { Db } from '../../db/connection/client.js'
import { markCompleted } from '../../db/searches/complete-suggestion.js'
import type { Metrics } from '../../metrics.js'

export type CompleteMetrics = Metrics & { readonly validationAccuracy: number }

/**
 * Completes a leased suggestion as the next step of its search, which ends with the last step of its budget. The caller
 * holds the lock of the search (see `lockSearch`). Nothing happens to a suggestion that is not leased.
 */
export async function completeSuggestion(
  db: Db,
  suggestionId: number,
  metrics: CompleteMetrics,
  evaluationId: number | null,
): Promise<void> {
  await markCompleted(db.$kysely, suggestionId, { ...metrics, evaluationId })
}

/** Ends a leased suggestion as FAILED, for good: its function is not suggested again in this search. */
export async function failSuggestion(db: Db, suggestionId: number, failure: string): Promise<void> {
  await db.suggestion.updateMany({
    where: { id: suggestionId, state: 'LEASED' },
    data: { state: 'FAILED', failure, finishedAt: new Date() },
  })
}
