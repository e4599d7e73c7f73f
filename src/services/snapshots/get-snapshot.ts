import type { KyselyDb } from '../../db/connection/kysely.js'
import { isShippedSnapshotMissing } from '../../db/imports/shipped-checksums.js'
import { findSnapshotsByName, type SnapshotName, type SnapshotRow } from '../../db/snapshots/find-snapshots.js'
import { ActbenchError } from '../../errors.js'
import { isDatasetName } from '../datasets/dataset-name.js'
import { isSnapshotName } from './snapshot-name.js'

/** The snapshot of this name, also if it was deleted. Throws NOT_FOUND, or SERVICE_UNAVAILABLE if a start has yet to make it. */
export async function getSnapshot(
  db: KyselyDb,
  { dataset, name }: SnapshotName,
  argument = 'name',
): Promise<SnapshotRow> {
  // Other texts are not sent to PostgreSQL, which refuses some of them.
  const isPossible = isDatasetName(dataset) && isSnapshotName(name)
  const [found] = isPossible ? await findSnapshotsByName(db, [{ dataset, name }]) : [null]
  if (found) return found
  if (isPossible) await refusePending(db, { dataset, name })
  const [shownDataset, shown] = [dataset, name].map((text) => JSON.stringify(text.slice(0, 80)))
  throw new ActbenchError('NOT_FOUND', `${argument}: ${shownDataset} has no snapshot named ${shown}`, { argument })
}

/** Throws SERVICE_UNAVAILABLE if this is the snapshot of a shipped version that a start makes after it serves. */
export async function refusePending(db: KyselyDb, { dataset, name }: SnapshotName): Promise<void> {
  if (!/^v[0-9]/.test(name) || !(await isShippedSnapshotMissing(db, dataset))) return
  throw new ActbenchError(
    'SERVICE_UNAVAILABLE',
    `the snapshot ${name} of ${dataset} is not made yet; this happens shortly after the first start: ask again in ${RETRY_SECONDS} s`,
    { retryAfterSeconds: RETRY_SECONDS },
  )
}

const RETRY_SECONDS = 2

/** The same; throws NOT_FOUND if it was deleted. */
export async function getReadableSnapshot(db: KyselyDb, key: SnapshotName, argument?: string): Promise<SnapshotRow> {
  const snapshot = await getSnapshot(db, key, argument)
  if (snapshot.deletedAt === null) return snapshot
  throw snapshotGone(snapshot)
}

/** The error for a deleted snapshot. Its address answers 410. */
export function snapshotGone(snapshot: SnapshotRow): ActbenchError {
  const { datasetName, name, checksum, createdAt, deletedAt, deletionReason: reason } = snapshot
  const message = `the snapshot ${name} of ${datasetName} was deleted on ${deletedAt?.toISOString()}: ${reason}`
  return new ActbenchError('NOT_FOUND', message, { snapshot: name, checksum, createdAt, deletedAt, reason })
}
