import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { Search } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { getOwnSearch, lockSearch } from '../suggestions/search-state.js'

/**
 * Ends a search, so that it makes no more suggestions, and returns it. Leased suggestions can still be reported, so that no
 * evaluation is lost. Scope: SEARCH. Throws NOT_FOUND, FORBIDDEN (another key's search), or CONFLICT if it has ended.
 */
export async function stopSearch(database: Database, viewer: Viewer | null, searchId: number): Promise<Search> {
  const owner = requireScope(viewer, 'SEARCH')
  return inTransaction(database, async (db) => {
    await getOwnSearch(db, owner, searchId)
    const { state } = await lockSearch(db, searchId)
    if (state !== 'ACTIVE')
      throw new ActbenchError('CONFLICT', `search: it has already ended; expected an ACTIVE search, got ${state}`)
    return db.search.update({ where: { id: searchId }, data: { state: 'STOPPED' } })
  })
}
