import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { getOwnSearch, lockSearch } from './search-state.js'

/**
 * Deletes a search with its suggestions. Evaluations that it reported belong to the dataset and stay, and trainings that it
 * requested continue: others may wait for the same training. Scope: SEARCH. Throws NOT_FOUND, also for a search that is
 * deleted already, or FORBIDDEN (another key's search, unless ADMIN).
 */
export async function deleteSearch(database: Database, viewer: Viewer | null, searchId: number): Promise<void> {
  const owner = requireScope(viewer, 'SEARCH')
  await inTransaction(database, async (db) => {
    await getOwnSearch(db, owner, searchId)
    await lockSearch(db, searchId)
    await db.search.delete({ where: { id: searchId } })
  })
}
