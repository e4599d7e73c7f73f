import type { Metrics } from '../datasets/metrics.js'
import type { Db } from '../db/client.js'
import { toMetrics } from './valid-metrics.js'

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
  const suggestion = await db.suggestion.findUniqueOrThrow({
    where: { id: suggestionId },
    select: { searchId: true, state: true },
  })
  if (suggestion.state !== 'LEASED') return
  const { _max } = await db.suggestion.aggregate({ where: { searchId: suggestion.searchId }, _max: { step: true } })
  const step = (_max.step ?? 0) + 1
  await db.suggestion.update({
    where: { id: suggestionId },
    data: { ...toMetrics(metrics), state: 'COMPLETED', step, evaluationId, finishedAt: new Date() },
  })
  await db.search.updateMany({
    where: { id: suggestion.searchId, state: 'ACTIVE', budget: { lte: step } },
    data: { state: 'COMPLETED' },
  })
}

/** Ends a leased suggestion as FAILED, for good: its function is not suggested again in this search. */
export async function failSuggestion(db: Db, suggestionId: number, failure: string): Promise<void> {
  await db.suggestion.updateMany({
    where: { id: suggestionId, state: 'LEASED' },
    data: { state: 'FAILED', failure, finishedAt: new Date() },
  })
}
