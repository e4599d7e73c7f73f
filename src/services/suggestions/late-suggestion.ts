import type { Db } from '../../db/connection/client.js'
import type { Search, Suggestion } from '../../db/generated/client.js'
import { findHolder } from '../../db/searches/find-holder.js'
import { findProgress } from '../../db/searches/search-progress.js'
import { expireLeases } from '../../db/searches/search-suggestions.js'

/**
 * Why a suggestion whose lease has ended cannot be reported or renewed any more, in words that end a sentence; null if it
 * can, because nobody else has its function and the budget allows it. The caller holds the lock of the search.
 */
export async function findLateObstacle(
  db: Db,
  search: Search,
  suggestion: Pick<Suggestion, 'id' | 'activationId' | 'epochs'>,
): Promise<string | null> {
  // Other suggestions of the function must be marked too, because the database allows one that is not EXPIRED.
  await expireLeases(db.$kysely, search.id)
  const holder = await findHolder(db.$kysely, search.id, suggestion)
  if (holder) {
    const { state, worker } = holder
    return state === 'LEASED'
      ? `the function is leased to worker ${worker} now`
      : `worker ${worker} has reported it since`
  }
  if (search.state !== 'ACTIVE') return `the search is ${search.state}`
  const [{ completed, leased }] = await findProgress(db.$kysely, [search.id])
  if (completed + leased < search.budget) return null
  return `the rest of the budget of ${search.budget} is leased to others; extendSearch raises it`
}
