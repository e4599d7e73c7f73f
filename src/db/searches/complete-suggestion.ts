import { type Kysely, sql } from 'kysely'
import type { Metrics } from '../../metrics.js'
import type { JsonObject } from '../tables/column-types.js'
import type { Tables } from '../tables/generated.js'
import { toMetricColumns } from '../tables/metric-columns.js'

/** The metrics of a completed suggestion, and its evaluation in the dataset if there is one. */
export interface Completion extends Metrics {
  readonly validationAccuracy: number
  readonly evaluationId: number | null
}

/**
 * Completes a leased or expired suggestion as the next step of its search, and completes the search with the last step of
 * its budget. A suggestion in another state stays as it is. The caller holds the lock of the search, and made sure that
 * nobody else has the function of an expired one.
 */
export async function markCompleted(db: Kysely<Tables>, suggestionId: number, completion: Completion): Promise<void> {
  await db
    .with('completed', (db) =>
      db
        .updateTable('suggestions as g')
        .set((eb) => ({
          state: 'COMPLETED',
          evaluation_id: completion.evaluationId,
          finished_at: sql<Date>`clock_timestamp()`,
          step: eb
            .selectFrom('suggestions as b')
            .select(sql<number>`1 + coalesce(max(b.step), 0)`.as('step'))
            .whereRef('b.search_id', '=', 'g.search_id'),
          ...toMetricColumns(completion),
        }))
        .where('g.id', '=', suggestionId)
        .where('g.state', 'in', ['LEASED', 'EXPIRED'])
        .returning(['g.search_id', 'g.step']),
    )
    .updateTable('searches as s')
    .from('completed')
    .set({ state: 'COMPLETED', end_reason: 'BUDGET_USED', updated_at: sql<Date>`now()` })
    .whereRef('s.id', '=', 'completed.search_id')
    .where('s.state', '=', 'ACTIVE')
    .whereRef('s.budget', '<=', 'completed.step')
    .execute()
}

/** Ends a leased or expired suggestion as FAILED, under the same conditions. */
export async function markFailed(db: Kysely<Tables>, suggestionId: number, failure: string): Promise<void> {
  await db
    .updateTable('suggestions')
    .set({ state: 'FAILED', failure, finished_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', suggestionId)
    .where('state', 'in', ['LEASED', 'EXPIRED'])
    .execute()
}

/** Stores the JSON object that a client attached to the report of a suggestion. */
export async function setMetadata(db: Kysely<Tables>, suggestionId: number, metadata: JsonObject): Promise<void> {
  await db
    .updateTable('suggestions')
    .set({ metadata: JSON.stringify(metadata) })
    .where('id', '=', suggestionId)
    .execute()
}
