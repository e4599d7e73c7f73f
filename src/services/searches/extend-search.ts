import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { Search } from '../../db/generated/client.js'
import { raiseBudget } from '../../db/searches/lock-search.js'
import { findProgress } from '../../db/searches/search-progress.js'
import { ActbenchError } from '../../errors.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { countAllowedFailures } from '../suggestions/search-end.js'
import { getOwnSearch, lockSearch } from '../suggestions/search-state.js'
import { getValidInteger, refuseInput } from '../validate-input.js'

export interface ExtendSearchInput {
  readonly searchId: number
  /** The new budget in total, 1 to 10000. */
  readonly budget: number
}

/**
 * Raises the budget of a search and returns it. A search that has used its budget, or that ended because too many
 * evaluations failed, becomes ACTIVE again. The present budget of an ACTIVE search changes nothing, so that a client can
 * repeat the request. Scope: SEARCH. Throws NOT_FOUND; FORBIDDEN (another key's search); BAD_USER_INPUT if the budget is out
 * of range or too small; or CONFLICT if the search was stopped or has no function left.
 */
export async function extendSearch(
  database: Database,
  viewer: Viewer | null,
  input: ExtendSearchInput,
): Promise<Search> {
  const owner = requireScope(viewer, 'SEARCH')
  const budget = getValidInteger('budget', input.budget, 1, 10_000)
  return inTransaction(database, async (db) => {
    await getOwnSearch(db, owner, input.searchId)
    const search = await lockSearch(db, input.searchId)
    const { state, endReason } = search
    if (endReason === 'STOPPED' || endReason === 'NO_FUNCTION_LEFT') {
      const reason = endReason === 'STOPPED' ? 'a client stopped it' : 'it has no function left'
      throw new ActbenchError(
        'CONFLICT',
        `search: ${reason}; expected one that is ACTIVE or used its budget, got ${state}`,
      )
    }
    if (budget === search.budget && state === 'ACTIVE') return search
    const least = endReason === 'TOO_MANY_FAILURES' ? await findLeastBudget(db.$kysely, search) : search.budget
    const isEnough = state === 'ACTIVE' ? budget >= least : budget > search.budget && budget >= least
    if (!isEnough) refuseInput('budget', `more than ${Math.max(least - 1, search.budget)}`, budget)
    await raiseBudget(db.$kysely, search.id, budget)
    return db.search.findUniqueOrThrow({ where: { id: search.id } })
  })
}

/** The least budget that allows more failures than there are. */
async function findLeastBudget(db: Parameters<typeof findProgress>[0], { id, budget }: Search): Promise<number> {
  const [{ failed }] = await findProgress(db, [id])
  let least = budget
  while (countAllowedFailures(least) <= failed) least++
  return least
}
