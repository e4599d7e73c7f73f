import type { Db } from '../../db/connection/client.js'
import { countForRefits } from '../../db/surrogates/write-surrogates.js'
import { queueSurrogate } from './queue-surrogate.js'

/** A fit is due after this many new evaluations, or this share of all, whichever is more. */
export const REFIT_AFTER = 10
export const REFIT_SHARE = 0.05
/** How long a fit waits once it is due, so that a burst of evaluations causes one fit. */
export const REFIT_DELAY_SECONDS = 30

/**
 * Queues a new fit of each algorithm that the dataset has a surrogate of (of UMAP_KNN if it has none), if at least 10
 * evaluations, and at least 5% of all, were added since the newest fit was requested. The fit starts half a minute later
 * with all evaluations by then. Called in the transaction that adds an evaluation. A failed fit counts like any other, so it
 * is repeated only after as many new evaluations.
 */
export async function refitWhenDue(db: Db, datasetId: number): Promise<void> {
  for (const { algorithm, fresh, total } of await countForRefits(db.$kysely, datasetId)) {
    if (fresh < Math.max(REFIT_AFTER, REFIT_SHARE * total)) continue
    await queueSurrogate(db, { datasetId, algorithm, apiKeyId: null, delaySeconds: REFIT_DELAY_SECONDS })
  }
}
