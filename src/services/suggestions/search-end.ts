import type { Db } from '../../db/connection/client.js'
import type { Search, SearchEndReason } from '../../db/generated/client.js'
import { markEnded } from '../../db/searches/lock-search.js'
import { findProgress, type SearchProgress } from '../../db/searches/search-progress.js'

/** A search ends when this many suggestions for each one of its budget have failed. */
const FAILURES_PER_COMPLETION = 3

/** The number of failures that ends a search with this budget. */
export function countAllowedFailures(budget: number): number {
  return FAILURES_PER_COMPLETION * budget
}

/** What decides whether a search is over, as it was when it was locked. */
export type OpenSearch = Pick<Search, 'id' | 'state' | 'budget' | 'shortage'>

/** Why an ACTIVE search with this progress is over; null if it continues. */
export function findEndReason(
  { budget, shortage }: Pick<OpenSearch, 'budget' | 'shortage'>,
  { completed, failed, leased, returned }: SearchProgress,
): SearchEndReason | null {
  if (completed >= budget) return 'BUDGET_USED'
  if (failed >= countAllowedFailures(budget)) return 'TOO_MANY_FAILURES'
  // While somebody has a function, its lease may expire, and others get it.
  return shortage === 'NONE_LEFT' && leased === 0 && returned === 0 ? 'NO_FUNCTION_LEFT' : null
}

/** Ends a search that is over; returns whether it has ended now. The caller holds its lock. */
export async function endIfOver(db: Db, search: OpenSearch): Promise<boolean> {
  if (search.state !== 'ACTIVE') return false
  const [progress] = await findProgress(db.$kysely, [search.id])
  const reason = findEndReason(search, progress)
  if (reason !== null) await markEnded(db.$kysely, search.id, reason)
  return reason !== null
}
