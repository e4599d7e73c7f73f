import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import {
  countWorkOfOthers,
  deleteDatasetRows,
  lockDatasetForDeletion,
  removeTasksOf,
} from '../../db/datasets/delete-dataset.js'
import type { Dataset } from '../../db/generated/client.js'
import { deleteSnapshotsOf } from '../../db/snapshots/write-snapshot.js'
import { ActbenchError } from '../../errors.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { datasetNotFound, getChangeableDataset } from './get-dataset.js'

/** Half a million evaluations take a few minutes. */
const TIMEOUT_SECONDS = 1800

/**
 * Deletes a dataset with its evaluations, surrogates, searches and trainings, and returns its name. Activations stay,
 * because they belong to no dataset. Of its snapshots, names and checksums stay. Scope: DATASET. The owner may delete a REPORTED dataset while no other key searches or
 * trains in it; ADMIN may delete every dataset but the shipped ones. Throws NOT_FOUND, FORBIDDEN, or CONFLICT if another key
 * still works in the dataset.
 */
export async function deleteDataset(database: Database, viewer: Viewer | null, name: string): Promise<string> {
  const owner = requireScope(viewer, 'DATASET')
  const isAdmin = owner.scopes.includes('ADMIN')
  return inTransaction(
    database,
    async (db) => {
      const dataset = await getChangeableDataset(db, owner, name, 'name')
      if (!(await lockDatasetForDeletion(db.$kysely, dataset.id))) throw datasetNotFound(name, 'name')
      if (!isAdmin) await refuseWhileOthersWork(db, owner, dataset)
      await removeTasksOf(db.$kysely, dataset.id)
      await deleteSnapshotsOf(db.$kysely, dataset.id, 'its dataset was deleted')
      await deleteDatasetRows(db.$kysely, dataset.id)
      return dataset.name
    },
    { timeoutSeconds: TIMEOUT_SECONDS },
  )
}

/** Their owners would lose their results without being asked. */
async function refuseWhileOthersWork(db: Db, { apiKeyId }: Viewer, { id, name }: Dataset): Promise<void> {
  const { searches, trainings } = await countWorkOfOthers(db.$kysely, id, apiKeyId)
  if (searches + trainings === 0) return
  const work = `${searches} active searches and ${trainings} unfinished trainings`
  const message = `name: other keys still work in ${name} (${work}); delete it when they have ended, or ask an administrator`
  throw new ActbenchError('CONFLICT', message, { argument: 'name', searches, trainings })
}
