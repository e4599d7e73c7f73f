import type { Db } from '../../db/connection/client.js'
import { listOutdatedFits } from '../../db/surrogates/outdated-fits.js'
import { queueSurrogate } from './queue-surrogate.js'
import { FIT_METHOD } from './record-surrogate.js'

/**
 * Queues a fit for each dataset and algorithm whose newest READY surrogate is of an earlier method. Until it is READY, the
 * earlier one answers. Datasets in `except` keep theirs. Returns their number. Called in the caller's transaction.
 */
export async function refitOutdated(db: Db, except: readonly string[] = []): Promise<number> {
  const outdated = await listOutdatedFits(db.$kysely, FIT_METHOD, except)
  for (const fit of outdated) await queueSurrogate(db, { ...fit, apiKeyId: null })
  return outdated.length
}
