import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { Search } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { getOwnSearch, lockSearch } from '../suggestions/search-state.js'

/**
 * Ends a search: it suggests nothing more, and returns. What is out may still be reported, so that no evaluation is made
 * in vain. Scope: SEARCH. Throws NOT_FOUND, FORBIDDEN (another key's), or CONFLICT where it is over already.
 */
export async function stopSearch(database: Database, viewer: Viewer | null, searchId: number): Promise<Search> {
  const owner = requireScope(viewer, 'SEARCH')
  return inTransaction(database, async (db) => {
    await getOwnSearch(db, owner, searchId)
    const { state } = await lockSearch(db, searchId)
    if (state !== 'ACTIVE') throw new ActbenchError('CONFLICT', `the search is ${state} already`)
    return db.search.update({ where: { id: searchId }, data: { state: 'STOPPED' } })
  })
}
