import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { getOwnDataset } from './get-dataset.js'

/**
 * Deletes a dataset with its evaluations, surrogates and searches, and returns its name. Activations stay, because they
 * belong to no dataset. Scope: DATASET. Throws NOT_FOUND, or FORBIDDEN if the dataset is not REPORTED or another key owns it.
 */
export async function deleteDataset(database: Database, viewer: Viewer | null, name: string): Promise<string> {
  const owner = requireScope(viewer, 'DATASET')
  return inTransaction(database, async (db) => {
    const dataset = await getOwnDataset(db, owner, name, 'name')
    // delete() fails if another client has just deleted the dataset; deleteMany() does not.
    await db.dataset.deleteMany({ where: { id: dataset.id } })
    return dataset.name
  })
}
