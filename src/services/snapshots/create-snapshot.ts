import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { Dataset } from '../../db/generated/client.js'
import { findSnapshotsById, listSnapshotNames, type SnapshotRow } from '../../db/snapshots/find-snapshots.js'
import { readInOrder } from '../../db/snapshots/read-evaluations.js'
import { lockForSnapshot } from '../../db/snapshots/write-snapshot.js'
import { ActbenchError } from '../../errors.js'
import { answerOnce } from '../access/answer-once.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { datasetNotFound, getDataset, getOwnDataset } from '../datasets/get-dataset.js'
import { refusePending } from './get-snapshot.js'
import { getValidSnapshotName, nextNumber } from './snapshot-name.js'
import { takeSnapshot } from './take-snapshot.js'

export interface CreateSnapshotInput {
  readonly dataset: string
  /** Null for the next number. */
  readonly name: string | null
  /** At most 200 characters. */
  readonly idempotencyKey?: string | null
}

/** A million evaluations take a few minutes. */
const TIMEOUT_SECONDS = 3600
/** Snapshots of a dataset that one client can make. Each is as large as its dataset. */
const MAX_SNAPSHOTS_OF_A_DATASET = 1000

/**
 * Makes a snapshot of a dataset as it is at this moment. Scope: DATASET for one's own datasets, ADMIN for all. Throws
 * NOT_FOUND, FORBIDDEN, BAD_USER_INPUT for a malformed name, SERVICE_UNAVAILABLE for the name of a shipped
 * version whose snapshot is yet to be made, or CONFLICT if the dataset has, or had, a snapshot of this name,
 * has no evaluations, or the idempotency key came with another request.
 */
export async function createSnapshot(
  database: Database,
  viewer: Viewer | null,
  input: CreateSnapshotInput,
): Promise<SnapshotRow> {
  const owner = requireScope(viewer, 'DATASET')
  if (input.name !== null) getValidSnapshotName('name', input.name)
  const isAdmin = owner.scopes.includes('ADMIN')
  // The operator at the command line has no key.
  const apiKeyId = owner.apiKeyId > 0 ? owner.apiKeyId : null
  const create = async (db: Db): Promise<SnapshotRow> => {
    const dataset = isAdmin
      ? await getDataset(db, input.dataset, 'dataset')
      : await getOwnDataset(db, owner, input.dataset)
    if (!(await lockForSnapshot(db.$kysely, dataset.id))) throw datasetNotFound(input.dataset)
    const names = await listSnapshotNames(db.$kysely, dataset.name)
    const name = input.name ?? nextNumber(names)
    if (names.includes(name)) throw takenName(dataset, name)
    // The snapshot of a shipped version keeps its name in every service.
    await refusePending(db.$kysely, { dataset: dataset.name, name })
    if (names.length >= MAX_SNAPSHOTS_OF_A_DATASET && !isAdmin) throw tooMany(dataset)
    await requireEvaluations(db, dataset)
    const evaluations = readInOrder(db.$kysely, dataset.id)
    const id = await takeSnapshot(db, dataset, { name, isShipped: false, apiKeyId, evaluations })
    const [made] = id === null ? [null] : await findSnapshotsById(db.$kysely, [id])
    if (!made) throw takenName(dataset, name)
    return made
  }
  const request = {
    ...{ apiKeyId: owner.apiKeyId, mutation: 'createSnapshot', input },
    idempotencyKey: input.idempotencyKey,
  }
  return inTransaction(
    database,
    (db) =>
      answerOnce<SnapshotRow>(db, request, {
        run: () => create(db),
        idsOf: ({ id }) => ({ Snapshot: [id] }),
        load: async (idsOf) => (await findSnapshotsById(db.$kysely, idsOf('Snapshot')))[0],
      }),
    // All statements see the same moment.
    { timeoutSeconds: TIMEOUT_SECONDS, isolation: 'RepeatableRead' },
  )
}

async function requireEvaluations(db: Db, { id, name }: Dataset): Promise<void> {
  if (await db.evaluation.findFirst({ where: { datasetId: id }, select: { id: true } })) return
  const message = `dataset: ${name} has no evaluations; expected at least one in a snapshot`
  throw new ActbenchError('CONFLICT', message, { argument: 'dataset' })
}

function takenName({ name: dataset }: Dataset, name: string): ActbenchError {
  const message = `name: ${dataset} has, or had, a snapshot named ${name}; expected a new name, because people may cite it`
  return new ActbenchError('CONFLICT', message, { argument: 'name' })
}

function tooMany({ name }: Dataset): ActbenchError {
  const message = `dataset: ${name} already has ${MAX_SNAPSHOTS_OF_A_DATASET} snapshots, which is the maximum`
  return new ActbenchError('CONFLICT', message, { argument: 'dataset' })
}
