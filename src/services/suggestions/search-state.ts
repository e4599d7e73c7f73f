import type { Db } from '../../db/connection/client.js'
import type { Dataset, Search } from '../../db/generated/client.js'
import { findSearchForUpdate } from '../../db/searches/lock-search.js'
import { ActbenchError } from '../../errors.js'
import { requireOwner, type Viewer } from '../access/viewer.js'

/** A search; throws NOT_FOUND, or FORBIDDEN where another key made it. */
export async function getOwnSearch(db: Db, viewer: Viewer, searchId: number): Promise<Search> {
  const search = await db.search.findUnique({ where: { id: searchId } })
  if (!search) throw new ActbenchError('NOT_FOUND', 'there is no such search')
  requireOwner(viewer, search.apiKeyId, 'search')
  return search
}

/** The dataset of a search; throws NOT_FOUND where both were deleted meanwhile. */
export async function getSearchedDataset(db: Db, { datasetId }: Search): Promise<Dataset> {
  const dataset = await db.dataset.findUnique({ where: { id: datasetId } })
  if (!dataset) throw new ActbenchError('NOT_FOUND', 'there is no such search any more')
  return dataset
}

/**
 * Locks a search until the transaction ends, and returns it as it is then; throws NOT_FOUND. Whoever changes suggestions
 * takes this lock first: so two clients never get one function, budgets hold and steps have no gaps. Leases end when
 * somebody asks for suggestions (see `endLeases`) and not by a clock: who looks at a search in between sees by the time
 * that they are over.
 */
export async function lockSearch(db: Db, searchId: number): Promise<Search> {
  const search = await findSearchForUpdate(db.$kysely, searchId)
  if (!search) throw new ActbenchError('NOT_FOUND', 'there is no such search')
  return search
}
