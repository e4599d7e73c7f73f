import type { Db } from '../../db/connection/client.js'
import type { Dataset, Search } from '../../db/generated/client.js'
import { findSearchForUpdate } from '../../db/searches/lock-search.js'
import { ActbenchError } from '../../errors.js'
import { requireOwner, type Viewer } from '../access/viewer.js'

/** Returns a search of the viewer; throws NOT_FOUND, or FORBIDDEN if another key created it. */
export async function getOwnSearch(db: Db, viewer: Viewer, searchId: number): Promise<Search> {
  const search = await db.search.findUnique({ where: { id: searchId } })
  if (!search) throw new ActbenchError('NOT_FOUND', 'search: there is no such search')
  requireOwner(viewer, search.apiKeyId, 'search')
  return search
}

/** Returns the dataset of a search; throws NOT_FOUND if both were deleted in the meantime. */
export async function getSearchedDataset(db: Db, { datasetId }: Search): Promise<Dataset> {
  const dataset = await db.dataset.findUnique({ where: { id: datasetId } })
  if (!dataset) throw new ActbenchError('NOT_FOUND', 'search: it was deleted in the meantime')
  return dataset
}

/**
 * Locks a search until the transaction ends, and returns its current state; throws NOT_FOUND. Every change of suggestions
 * takes this lock first, so that two clients never get the same function, budgets hold and steps have no gaps. Expired
 * leases are marked when suggestions are requested (see `expireLeases`). Until then, reads compare `lease_expires_at` with
 * the current time.
 */
export async function lockSearch(db: Db, searchId: number): Promise<Search> {
  const search = await findSearchForUpdate(db.$kysely, searchId)
  if (!search) throw new ActbenchError('NOT_FOUND', 'search: there is no such search')
  return search
}
