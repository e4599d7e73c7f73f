import type { Db } from '../../db/connection/client.js'
import type { KyselyDb } from '../../db/connection/kysely.js'
import type { Dataset } from '../../db/generated/client.js'
import type { SurrogateRow } from '../../db/statements/rows.js'
import { findBestSurrogates, findNewestReady } from '../../db/surrogates/find-surrogates.js'
import { ActbenchError } from '../../errors.js'

/** The newest READY surrogate of a dataset that has a map, or null. */
export async function findReadyMap(db: Db, datasetId: number): Promise<SurrogateRow | null> {
  const [surrogate] = await findNewestReady(db.$kysely, 'UMAP_KNN', [datasetId])
  return surrogate
}

/** The newest READY surrogate of a dataset that has a map; throws SURROGATE_UNAVAILABLE if it does not exist. */
export async function getReadyMap(db: Db, dataset: Pick<Dataset, 'id' | 'name'>): Promise<SurrogateRow> {
  const surrogate = await findReadyMap(db, dataset.id)
  if (surrogate) return surrogate
  throw new ActbenchError('SURROGATE_UNAVAILABLE', `${dataset.name} has no UMAP_KNN surrogate that is READY`)
}

/** The newest READY Gaussian process of a dataset; throws SURROGATE_UNAVAILABLE if it does not exist. */
export async function getReadyProcess(db: Db, datasetId: number): Promise<SurrogateRow> {
  const [surrogate] = await findNewestReady(db.$kysely, 'GAUSSIAN_PROCESS', [datasetId])
  if (surrogate) return surrogate
  const message = 'EXPECTED_IMPROVEMENT needs a GAUSSIAN_PROCESS surrogate that is READY; updateSurrogate fits one'
  throw new ActbenchError('SURROGATE_UNAVAILABLE', message)
}

/** The best READY surrogate of a dataset (see `chooseBest`); throws SURROGATE_UNAVAILABLE if it does not exist. */
export async function getBestSurrogate(
  db: KyselyDb,
  dataset: Pick<Dataset, 'id' | 'name'>,
): Promise<Pick<SurrogateRow, 'id' | 'datasetId'>> {
  const [surrogate] = await findBestSurrogates(db, [dataset.id])
  if (surrogate) return surrogate
  throw new ActbenchError('SURROGATE_UNAVAILABLE', `${dataset.name} has no surrogate that is READY`)
}
