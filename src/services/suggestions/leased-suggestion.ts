import type { Db } from '../../db/connection/client.js'
import type { Search, Suggestion } from '../../db/generated/client.js'
import { findSuggestionContext, type SearchedDataset } from '../../db/searches/lock-search.js'
import { findSuggestion } from '../../db/searches/search-suggestions.js'
import { ActbenchError } from '../../errors.js'
import { requireOwner, type Viewer } from '../access/viewer.js'
import { findLateObstacle } from './late-suggestion.js'
import { lockSearch } from './search-state.js'

export interface LeasedSuggestion {
  readonly suggestion: Suggestion
  readonly search: Search
  readonly dataset: SearchedDataset
}

/**
 * Returns a suggestion that a client may report or renew, and locks its search until the transaction ends. A suggestion
 * whose lease has ended is returned too, as EXPIRED, while nobody else has its function. Throws NOT_FOUND, FORBIDDEN
 * (another key's search), or CONFLICT if somebody else has the function, it was already reported, or it is trained here.
 */
export async function getLeasedSuggestion(db: Db, viewer: Viewer, suggestionId: number): Promise<LeasedSuggestion> {
  const context = await findSuggestionContext(db.$kysely, suggestionId)
  if (!context) throw new ActbenchError('NOT_FOUND', 'there is no such suggestion')
  const { searchId, ownerId, ...dataset } = context
  requireOwner(viewer, ownerId, 'search')
  const search = await lockSearch(db, searchId)
  const suggestion = await findSuggestion(db.$kysely, suggestionId)
  if (!suggestion) throw new ActbenchError('NOT_FOUND', 'there is no such suggestion any more')
  if (suggestion.state !== 'LEASED' && suggestion.state !== 'EXPIRED') {
    throw new ActbenchError(
      'CONFLICT',
      `suggestion: it was already reported; expected a LEASED one, got ${suggestion.state}`,
    )
  }
  if (suggestion.trainingJobId !== null) {
    throw new ActbenchError('CONFLICT', 'suggestion: the service trains it and reports by itself')
  }
  if (suggestion.state === 'EXPIRED') {
    const obstacle = await findLateObstacle(db, search, suggestion)
    const end = suggestion.leaseExpiresAt.toISOString()
    if (obstacle) throw new ActbenchError('CONFLICT', `suggestion: its lease ended at ${end}, and ${obstacle}`)
  }
  return { suggestion, search, dataset }
}
