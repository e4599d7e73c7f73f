import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { getOwnDataset } from './get-dataset.js'

/**
 * Deletes a dataset with its evaluations, surrogates and searches, and returns its name. Activations stay: they belong to
 * no dataset. Scope: DATASET. Throws NOT_FOUND, or FORBIDDEN where the dataset is not REPORTED or another key's.
 */
export async function deleteDataset(database: Database, viewer: Viewer | null, name: string): Promise<string> {
  const owner = requireScope(viewer, 'DATASET')
  return inTransaction(database, async (db) => {
    const dataset = await getOwnDataset(db, owner, name, 'name')
    // Not delete(): another client may have been faster, and then nothing is left to do.
    await db.dataset.deleteMany({ where: { id: dataset.id } })
    return dataset.name
  })
}
