import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { findSnapshotsByName, type SnapshotRow } from '../../db/snapshots/find-snapshots.js'
import { deleteSnapshotData } from '../../db/snapshots/write-snapshot.js'
import { ActbenchError } from '../../errors.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { getValidText } from '../validate-input.js'
import { getSnapshot } from './get-snapshot.js'

export interface DeleteSnapshotInput {
  readonly dataset: string
  readonly name: string
  /** Why, in up to 500 characters. */
  readonly reason: string
}

/** A snapshot of a million evaluations has thousands of parts. */
const TIMEOUT_SECONDS = 1800

/**
 * Deletes the data of a snapshot. Its name, checksum, dates and the reason stay, and the name is never used again. Scope:
 * ADMIN. Throws NOT_FOUND, BAD_USER_INPUT for the reason, or CONFLICT if it was deleted before.
 */
export async function deleteSnapshot(
  database: Database,
  viewer: Viewer | null,
  { dataset, name, reason }: DeleteSnapshotInput,
): Promise<SnapshotRow> {
  requireScope(viewer, 'ADMIN')
  const why = getValidText('reason', reason, 500)
  return inTransaction(
    database,
    async (db) => {
      const { id, deletedAt, deletionReason } = await getSnapshot(db.$kysely, { dataset, name })
      if (deletedAt) {
        const message = `name: the snapshot ${name} of ${dataset} was deleted on ${deletedAt.toISOString()}: ${deletionReason}`
        throw new ActbenchError('CONFLICT', message, { argument: 'name' })
      }
      await deleteSnapshotData(db.$kysely, [id], why)
      const [deleted] = await findSnapshotsByName(db.$kysely, [{ dataset, name }])
      return deleted as SnapshotRow
    },
    { timeoutSeconds: TIMEOUT_SECONDS },
  )
}
