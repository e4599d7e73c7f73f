import type { Db } from '../../db/connection/client.js'
import { listWithoutFeatureMaps } from '../../db/surrogates/without-feature-maps.js'
import { queueSurrogate } from './queue-surrogate.js'

/**
 * Queues a fit of each dataset whose newest map is of a version that made no maps by outputs only and by spectra only.
 * Returns their number. Called in the caller's transaction.
 */
export async function refitWithoutMaps(db: Db): Promise<number> {
  const datasetIds = await listWithoutFeatureMaps(db.$kysely)
  for (const datasetId of datasetIds) await queueSurrogate(db, { datasetId, algorithm: 'UMAP_KNN', apiKeyId: null })
  return datasetIds.length
}
