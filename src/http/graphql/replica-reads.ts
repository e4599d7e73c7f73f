import type { DocumentNode } from 'graphql'
import { type Context, readFrom, type Services } from '../../graphql/context.js'
import type { Metrics } from '../metrics/metrics.js'
import type { ReadTables } from './read-tables.js'

export type ReplicaReads = ReturnType<typeof createReplicaReads>

/** Lets queries read from a copy of the database, if it has all that was told of the tables that they read. */
export function createReplicaReads(
  { replica, events, database }: Pick<Services, 'replica' | 'events' | 'database'>,
  readTables: ReadTables,
  metrics: Pick<Metrics, 'countReplicaRead' | 'showReplicaLag'>,
) {
  if (replica) metrics.showReplicaLag(() => replica.lagSeconds())
  return {
    /**
     * The result of `run` with the copy as the database of the context. Null if the copy was not used, or if `run` returned
     * null, for example because the copy ended the statement. Then the query must be executed on the primary.
     */
    async execute<Data>(
      context: Context,
      document: DocumentNode,
      run: () => Promise<Data | null>,
    ): Promise<Data | null> {
      const tables = replica && readTables(document)
      if (!replica || !tables) return null
      // The key may have written through another server, whose notification is still on its way.
      const isTold = context.viewer === null || (await events.isCurrent(0))
      if (!isTold || !replica.isCurrent(tables)) {
        metrics.countReplicaRead('primary')
        return null
      }
      readFrom(context, replica.database, database)
      const data = await run()
      metrics.countReplicaRead(data === null ? 'repeated' : 'replica')
      if (data === null) readFrom(context, database, database)
      return data
    },
  }
}
