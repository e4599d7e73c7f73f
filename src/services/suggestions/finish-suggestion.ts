import type { Metrics } from '../../datasets/metrics.js'
import type { Db } from '../../db/connection/client.js'

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
  await db.$executeRaw`
    WITH completed AS (
      UPDATE suggestions AS s
      SET state = 'COMPLETED', evaluation_id = ${evaluationId}::int, finished_at = clock_timestamp(),
        step = 1 + coalesce((SELECT max(step) FROM suggestions WHERE search_id = s.search_id), 0),
        train_accuracy = ${metrics.trainAccuracy}::float8, train_loss = ${metrics.trainLoss}::float8,
        validation_accuracy = ${metrics.validationAccuracy}::float8, validation_loss = ${metrics.validationLoss}::float8,
        test_accuracy = ${metrics.testAccuracy}::float8, test_loss = ${metrics.testLoss}::float8,
        runtime_seconds = ${metrics.runtimeSeconds}::float8
      WHERE id = ${suggestionId} AND state = 'LEASED' RETURNING search_id, step
    )
    UPDATE searches SET state = 'COMPLETED', updated_at = now()
    FROM completed WHERE searches.id = completed.search_id AND state = 'ACTIVE' AND budget <= completed.step`
}

/** Ends a leased suggestion as FAILED, for good: its function is not suggested again in this search. */
export async function failSuggestion(db: Db, suggestionId: number, failure: string): Promise<void> {
  await db.suggestion.updateMany({
    where: { id: suggestionId, state: 'LEASED' },
    data: { state: 'FAILED', failure, finishedAt: new Date() },
  })
}
