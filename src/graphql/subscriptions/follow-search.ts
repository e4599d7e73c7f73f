import type { Change } from '../../db/connection/events.js'
import type { SearchRow } from '../../db/loaders.js'
import { ActbenchError } from '../../errors.js'
import { type Context, createContext } from '../context.js'
import { parseIdOf } from '../relay/global-id.js'
import { followChanges, LAST } from './changes.js'
import { paceChanges } from './paced-changes.js'

/** Time between two events of a search, in which all of its changes become one event. */
const PAUSE_MILLISECONDS = 250
/** A lease is looked at this long after its end, so that it has ended by the clock of the database too. */
const AFTER_LEASE_MILLISECONDS = 50

/**
 * The current state of a search, then its state after each change: of its budget, its state, or one of its suggestions. An
 * expired lease is a change too. Ends when the search has ended and nobody leases a suggestion. Throws BAD_USER_INPUT, or
 * NOT_FOUND, also when the search is deleted.
 */
export async function followSearch(context: Context, globalId: string): Promise<AsyncIterable<SearchRow>> {
  const id = parseIdOf('Search', globalId, 'id')
  if (!(await context.loaders.search.load(id))) {
    throw new ActbenchError('NOT_FOUND', 'search: there is no such search', { argument: 'id' })
  }
  const changes = paceChanges(context.events.subscribe('search', { id }), PAUSE_MILLISECONDS)
  let seen = ''
  const read = async (change: Change): Promise<(SearchRow | typeof LAST)[]> => {
    // Empty caches, so that each change reads current rows.
    const { loaders } = createContext(context, context.operation)
    const search = await loaders.search.load(id)
    if (!search) throw new ActbenchError('NOT_FOUND', 'id: the search was deleted', { argument: 'id' })
    const { leaseEndsAt, ...progress } = await loaders.searchProgress.load(id)
    const now = leaseEndsAt && (await loaders.clock())
    changes.wakeIn(now && leaseEndsAt.getTime() - now.getTime() + AFTER_LEASE_MILLISECONDS)
    const state = JSON.stringify([search, progress])
    const isNew = change.kind !== 'resync' || state !== seen
    seen = state
    const isOver = search.state !== 'ACTIVE' && progress.leased === 0
    return [...(isNew ? [search] : []), ...(isOver ? [LAST] : [])] as (SearchRow | typeof LAST)[]
  }
  return followChanges(changes, () => read({ kind: 'resync' }), read)
}
