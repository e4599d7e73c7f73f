import type { Db } from '../db/client.js'
import type { Dataset, Search } from '../db/generated/client.js'
import { ActbenchError } from '../errors.js'
import { requireOwner, type Viewer } from './viewer.js'

export interface SearchWithDataset {
  readonly search: Search
  readonly dataset: Dataset
}

/** A search with its dataset; throws NOT_FOUND, or FORBIDDEN where another key made it. */
export async function getOwnSearch(db: Db, viewer: Viewer, searchId: number): Promise<SearchWithDataset> {
  const found = await db.search.findUnique({ where: { id: searchId }, include: { dataset: true } })
  if (!found) throw new ActbenchError('NOT_FOUND', 'there is no such search')
  requireOwner(viewer, found.apiKeyId, 'search')
  const { dataset, ...search } = found
  return { search, dataset }
}

/**
 * Locks a search until the transaction ends, and returns it as it is then; throws NOT_FOUND. Whoever changes suggestions
 * takes this lock first: so two clients never get one function, budgets hold and steps have no gaps. Leases end when
 * somebody asks for suggestions (see `endLeases`) and not by a clock: who looks at a search in between sees by the time
 * that they are over.
 */
export async function lockSearch(db: Db, searchId: number): Promise<Search> {
  const [search] = await db.$queryRaw<Search[]>`
    SELECT id, dataset_id AS "datasetId", name, algorithm::text AS algorithm, replay, state::text AS state, budget, schemas,
      seed, api_key_id AS "apiKeyId", created_at AS "createdAt", updated_at AS "updatedAt"
    FROM searches WHERE id = ${searchId} FOR UPDATE`
  if (!search) throw new ActbenchError('NOT_FOUND', 'there is no such search')
  return search
}
