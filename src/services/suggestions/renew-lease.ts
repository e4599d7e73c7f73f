import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { Suggestion } from '../../db/generated/client.js'
import { moveLeaseEnd } from '../../db/searches/search-suggestions.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { getValidInteger } from '../validate-input.js'
import { getLeasedSuggestion } from './leased-suggestion.js'

/** Longest lease, in seconds: a week. */
export const LONGEST_LEASE_SECONDS = 604_800

export interface RenewLeaseInput {
  readonly suggestionId: number
  /** From now; 1 to 604800. @defaultValue 3600 */
  readonly leaseSeconds?: number | null
}

/**
 * Lets a lease end `leaseSeconds` from now, earlier or later than before, and returns the suggestion. A lease that has
 * ended begins again while nobody else has the function. Scope: SEARCH. Throws BAD_USER_INPUT, NOT_FOUND, FORBIDDEN
 * (another key's search), or CONFLICT if the suggestion cannot be reported any more (see `getLeasedSuggestion`).
 */
export async function renewLease(
  database: Database,
  viewer: Viewer | null,
  { suggestionId, leaseSeconds }: RenewLeaseInput,
): Promise<Suggestion> {
  const owner = requireScope(viewer, 'SEARCH')
  const seconds = getValidInteger('leaseSeconds', leaseSeconds ?? 3600, 1, LONGEST_LEASE_SECONDS)
  return inTransaction(database, async (db) => {
    const { suggestion } = await getLeasedSuggestion(db, owner, suggestionId)
    await moveLeaseEnd(db.$kysely, suggestion.id, seconds)
    return db.suggestion.findUniqueOrThrow({ where: { id: suggestion.id } })
  })
}
