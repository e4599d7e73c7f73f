import type { Db } from '../../db/connection/client.js'
import type { Dataset } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { requireOwner, type Viewer } from '../access/viewer.js'

/** The dataset of that name; throws NOT_FOUND, which names the argument, where there is none. */
export async function getDataset(db: Db, name: string, argument = 'dataset'): Promise<Dataset> {
  // No dataset's name is longer, and none holds what PostgreSQL cannot store.
  const dataset = /^[a-z0-9-]{1,64}$/.test(name) ? await db.dataset.findUnique({ where: { name } }) : null
  if (dataset) return dataset
  throw new ActbenchError('NOT_FOUND', `there is no dataset named ${JSON.stringify(name.slice(0, 80))}`, { argument })
}

/**
 * The dataset of that name where clients may write to it and it is the viewer's: throws NOT_FOUND, or FORBIDDEN where its
 * origin is not REPORTED or another key made it.
 */
export async function getOwnDataset(db: Db, viewer: Viewer, name: string, argument?: string): Promise<Dataset> {
  const dataset = await getDataset(db, name, argument)
  if (dataset.origin !== 'REPORTED') {
    throw new ActbenchError(
      'FORBIDDEN',
      `${name} is of origin ${dataset.origin}: clients may change REPORTED datasets only`,
    )
  }
  requireOwner(viewer, dataset.apiKeyId, 'dataset')
  return dataset
}
