import type { Db } from '../db/client.js'
import type { Dataset, Search, Suggestion } from '../db/generated/client.js'
import { ActbenchError } from '../errors.js'
import { getOwnSearch, lockSearch } from './search-state.js'
import type { Viewer } from './viewer.js'

export interface LeasedSuggestion {
  readonly suggestion: Suggestion
  readonly search: Search
  readonly dataset: Dataset
}

/**
 * A suggestion that is out to a client, its search locked until the transaction ends. Throws NOT_FOUND, FORBIDDEN (another
 * key's search), or CONFLICT where its lease is over, it was reported already, or it is trained here.
 */
export async function getLeasedSuggestion(db: Db, viewer: Viewer, suggestionId: number): Promise<LeasedSuggestion> {
  const found = await db.suggestion.findUnique({ where: { id: suggestionId }, select: { searchId: true } })
  if (!found) throw new ActbenchError('NOT_FOUND', 'there is no such suggestion')
  const { dataset } = await getOwnSearch(db, viewer, found.searchId)
  const search = await lockSearch(db, found.searchId)
  const suggestion = await db.suggestion.findUniqueOrThrow({ where: { id: suggestionId } })
  if (suggestion.state === 'EXPIRED') {
    const end = suggestion.leaseExpiresAt.toISOString()
    throw new ActbenchError('CONFLICT', `the lease ended at ${end}, and the function may be suggested to others`)
  }
  if (suggestion.state !== 'LEASED') {
    throw new ActbenchError('CONFLICT', `the suggestion is ${suggestion.state} already`)
  }
  if (suggestion.trainingJobId !== null) {
    throw new ActbenchError('CONFLICT', 'the suggestion is trained here and reports by itself')
  }
  return { suggestion, search, dataset }
}
