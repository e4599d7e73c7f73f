import type { Database } from '../../db/connection/client.js'
import type { SurrogateRow } from '../../db/statements/rows.js'
import { listMeasuredLater } from '../../db/surrogates/uploaded-predictions.js'
import { rateUploaded, type UploadedQuality } from '../../surrogate/cross-validation/uploaded-quality.js'
import { normalizesActivation } from '../normalizes-activation.js'

/**
 * Quality of an uploaded surrogate by the functions that were measured only after the upload, which its owner could not know;
 * null for one that this service fitted.
 */
export async function measureAfterUpload(
  database: Database,
  { id, datasetId, algorithm }: Pick<SurrogateRow, 'id' | 'datasetId' | 'algorithm'>,
): Promise<UploadedQuality | null> {
  if (algorithm !== 'UPLOADED') return null
  const { name, origin } = await database.prisma.dataset.findUniqueOrThrow({ where: { id: datasetId } })
  const sparesTwins = origin === 'TRAINED' && (await normalizesActivation(database, name))
  return rateUploaded(await listMeasuredLater(database.kysely, id, { sparesTwins }))
}
