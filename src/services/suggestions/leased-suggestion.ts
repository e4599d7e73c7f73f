import type { Db } from '../../db/connection/client.js'
import type { Search, Suggestion } from '../../db/generated/client.js'
import { findSuggestionContext, type SearchedDataset } from '../../db/searches/lock-search.js'
import { findSuggestion } from '../../db/searches/search-suggestions.js'
import { ActbenchError } from '../../errors.js'
import { requireOwner, type Viewer } from '../access/viewer.js'
import { lockSearch } from './search-state.js'

export interface LeasedSuggestion {
  readonly suggestion: Suggestion
  readonly search: Search
  readonly dataset: SearchedDataset
}

/**
 * Returns a suggestion that is leased to a client, and locks its search until the transaction ends. Throws NOT_FOUND,
 * FORBIDDEN (another key's search), or CONFLICT if its lease has ended, it was already reported, or it is trained here.
 */
export async function getLeasedSuggestion(db: Db, viewer: Viewer, suggestionId: number): Promise<LeasedSuggestion> {
  const context = await findSuggestionContext(db.$kysely, suggestionId)
  if (!context) throw new ActbenchError('NOT_FOUND', 'there is no such suggestion')
  const { searchId, ownerId, ...dataset } = context
  requireOwner(viewer, ownerId, 'search')
  const search = await lockSearch(db, searchId)
  const suggestion = await findSuggestion(db.$kysely, suggestionId)
  if (!suggestion) throw new ActbenchError('NOT_FOUND', 'there is no such suggestion any more')
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
