import type { Db } from '../../db/connection/client.js'
import { countForRefits } from '../../db/surrogates/write-surrogates.js'
import { queueSurrogate } from './queue-surrogate.js'

/** A fit is due when as many functions were newly measured as this, or as this share of all, whichever is more. */
export const REFIT_AFTER = 10
export const REFIT_SHARE = 0.05
/** How long a fit that is due waits, so that a burst of evaluations makes one fit. */
export const REFIT_DELAY_SECONDS = 30

/**
 * Queues a surrogate of each algorithm that the dataset has one of (UMAP_KNN where it has none) where enough evaluations
 * came since the newest one was asked for: at least 10, and at least 5% of all. It starts half a minute later with all that
 * was measured by then. Called in the transaction that adds an evaluation. A fit that failed counts like any other, so it
 * is not tried again before as many new ones came.
 */
export async function refitWhenDue(db: Db, datasetId: number): Promise<void> {
  for (const { algorithm, fresh, total } of await countForRefits(db.$kysely, datasetId)) {
    if (fresh < Math.max(REFIT_AFTER, REFIT_SHARE * total)) continue
    await queueSurrogate(db, { datasetId, algorithm, apiKeyId: null, delaySeconds: REFIT_DELAY_SECONDS })
  }
}
