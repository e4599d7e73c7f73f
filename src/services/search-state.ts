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
 * Locks a search until the transaction ends, ends its leases that ran out, and returns it as it is now. Whoever changes
 * suggestions takes this lock first: so two clients never get one function, budgets hold and steps have no gaps. Leases
 * end here and not by a clock: who looks at a search in between sees by the time that they are over.
 */
export async function lockSearch(db: Db, searchId: number): Promise<Search> {
  await db.$queryRaw`SELECT id FROM searches WHERE id = ${searchId} FOR UPDATE`
  await db.$executeRaw`
    UPDATE suggestions SET state = 'EXPIRED'
    WHERE search_id = ${searchId} AND state = 'LEASED' AND lease_expires_at <= now()`
  const search = await db.search.findUnique({ where: { id: searchId } })
  if (!search) throw new ActbenchError('NOT_FOUND', 'there is no such search')
  return search
}

/** How many suggestions of a search are completed, and how many are out. */
export async function countSuggestions(db: Db, searchId: number): Promise<{ completed: number; leased: number }> {
  const [counts] = await db.$queryRaw<{ completed: number; leased: number }[]>`
    SELECT count(*) FILTER (WHERE state = 'COMPLETED')::int AS completed,
      count(*) FILTER (WHERE state = 'LEASED' AND lease_expires_at > now())::int AS leased
    FROM suggestions WHERE search_id = ${searchId} AND state IN ('COMPLETED', 'LEASED')`
  return counts
}
