import type { Db } from '../../db/connection/client.js'
import type { Dataset, Search, Suggestion } from '../../db/generated/client.js'
import { findSuggestion } from '../../db/searches/search-suggestions.js'
import { ActbenchError } from '../../errors.js'
import { requireOwner, type Viewer } from '../access/viewer.js'
import { lockSearch } from './search-state.js'

export interface LeasedSuggestion {
  readonly suggestion: Suggestion
  readonly search: Search
  readonly dataset: SearchedDataset
}

/** What deciding where a report goes needs of a dataset. */
export type SearchedDataset = Pick<Dataset, 'id' | 'name' | 'version' | 'origin' | 'apiKeyId'>

/**
 * A suggestion that is out to a client, its search locked until the transaction ends. Throws NOT_FOUND, FORBIDDEN (another
 * key's search), or CONFLICT where its lease is over, it was reported already, or it is trained here.
 */
export async function getLeasedSuggestion(db: Db, viewer: Viewer, suggestionId: number): Promise<LeasedSuggestion> {
  const { searchId, ownerId, ...dataset } = await getSearchOf(db, suggestionId)
  requireOwner(viewer, ownerId, 'search')
  const search = await lockSearch(db, searchId)
  const suggestion = await findSuggestion(db, suggestionId)
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

async function getSearchOf(db: Db, suggestionId: number) {
  const [found] = await db.$queryRaw<(SearchedDataset & { searchId: number; ownerId: number | null })[]>`
    SELECT s.search_id AS "searchId", r.api_key_id AS "ownerId", d.id, d.name, d.version, d.origin::text AS origin,
      d.api_key_id AS "apiKeyId"
    FROM suggestions s JOIN searches r ON r.id = s.search_id JOIN datasets d ON d.id = r.dataset_id
    WHERE s.id = ${suggestionId}`
  if (!found) throw new ActbenchError('NOT_FOUND', 'there is no such suggestion')
  return found
}
