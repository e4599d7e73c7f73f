import { describeMissing } from '../../datasets/published-datasets.js'
import { SHIPPED_DESCRIPTIONS } from '../../datasets/shipped/shipped-descriptions.js'
import type { Db } from '../../db/connection/client.js'
import type { Dataset } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { requireOwner, type Viewer } from '../access/viewer.js'
import { isDatasetName } from './dataset-name.js'

/** Returns the dataset of that name; throws NOT_FOUND if it does not exist. */
export async function getDataset(db: Db, name: string, argument?: string): Promise<Dataset> {
  // Other texts are not sent to PostgreSQL, which refuses some of them, such as texts with NUL.
  const dataset = isDatasetName(name) ? await db.dataset.findUnique({ where: { name } }) : null
  if (!dataset) throw datasetNotFound(name, argument)
  return dataset
}

/** The error for a name that no dataset has. `argument` is the argument that carried the name. */
export function datasetNotFound(name: string, argument = 'dataset'): ActbenchError {
  const shown = JSON.stringify(name.slice(0, 80))
  const hint = describeMissing(name)
  return new ActbenchError('NOT_FOUND', `${argument}: there is no dataset named ${shown}${hint}`, { argument })
}

/**
 * Returns the dataset of that name if clients may write to it and the viewer owns it. Throws NOT_FOUND, or FORBIDDEN if
 * its origin is not REPORTED or another key owns it.
 */
export async function getOwnDataset(db: Db, viewer: Viewer, name: string, argument = 'dataset'): Promise<Dataset> {
  const dataset = await getDataset(db, name, argument)
  if (dataset.origin !== 'REPORTED') {
    throw new ActbenchError(
      'FORBIDDEN',
      `${argument}: clients cannot change ${name}; expected a dataset of origin REPORTED, got ${dataset.origin}`,
    )
  }
  requireOwner(viewer, dataset.apiKeyId, 'dataset')
  return dataset
}

/**
 * Returns the dataset of that name if the viewer may change it: its own, or with ADMIN any but those that ship with the
 * service. Throws NOT_FOUND or FORBIDDEN.
 */
export async function getChangeableDataset(db: Db, viewer: Viewer, name: string, argument: string): Promise<Dataset> {
  if (!viewer.scopes.includes('ADMIN')) return getOwnDataset(db, viewer, name, argument)
  const dataset = await getDataset(db, name, argument)
  if (!SHIPPED_DESCRIPTIONS.has(name)) return dataset
  const message = `${argument}: ${name} ships with the service; expected an imported dataset or one of a client`
  throw new ActbenchError('FORBIDDEN', message, { argument })
}
