import type { Database } from '../../db/connection/client.js'
import { isConnectionError } from '../../db/connection/connection-errors.js'
import type { Change, Events } from '../../db/connection/events.js'
import type { Search } from '../../db/generated/client.js'
import { openRemaining } from '../candidates/remaining-functions.js'
import { openSearchSource } from './open-search-source.js'

/** Searches of a dataset that are prepared after a fit: the newest that changed within the last hour. */
const MOST_PREPARED = 4
const RECENT_MILLISECONDS = 3_600_000

/**
 * Loads and computes what the next suggestion of a search needs, so that its client does not wait for it. May take a second,
 * in parts of a few milliseconds.
 */
export async function prepareSearch(database: Database, search: Search): Promise<void> {
  const source = await openSearchSource(database, search)
  if (!source.isExhaustive) await openRemaining(database, search, source)
}

/** Prepares the active searches of a dataset when a surrogate of it has been fitted, until it is closed. */
export function openSearchPreparation(
  database: Database,
  events: Pick<Events, 'subscribe'>,
  { onError }: { onError(error: unknown): void },
): { close(): Promise<void> } {
  const changes = events.subscribe('surrogate')
  const running = (async () => {
    for await (const change of changes) {
      await prepareAfter(database, change).catch((error: unknown) => {
        if (!isConnectionError(error)) onError(error)
      })
    }
  })()
  return {
    async close() {
      await changes.return?.()
      await running
    },
  }
}

async function prepareAfter(database: Database, change: Change): Promise<void> {
  if (change.kind !== 'surrogate' || change.deleted) return
  const surrogate = await database.prisma.surrogate.findUnique({ where: { id: change.id } })
  if (surrogate?.state !== 'READY') return
  const searches = await database.prisma.search.findMany({
    where: {
      ...{ datasetId: change.datasetId, state: 'ACTIVE', replay: false },
      updatedAt: { gte: new Date(Date.now() - RECENT_MILLISECONDS) },
    },
    orderBy: { id: 'desc' },
    take: MOST_PREPARED,
  })
  for (const search of searches) await prepareSearch(database, search)
}
