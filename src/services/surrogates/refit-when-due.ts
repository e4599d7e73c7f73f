import type { Db } from '../../db/connection/client.js'
import { countFreshSpectra } from '../../db/surrogates/fresh-spectra.js'
import { countForRefits, type RefitCount } from '../../db/surrogates/write-surrogates.js'
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
  await queueDue(db, datasetId, await countForRefits(db.$kysely, datasetId))
}

/**
 * The same after spectra were given to a dataset: a fit is due if as many evaluated functions have a spectrum that the newest
 * fit did not see. Called in the transaction that adds the spectra, or after it.
 */
export async function refitForSpectra(db: Db, datasetId: number): Promise<void> {
  await queueDue(db, datasetId, await countFreshSpectra(db.$kysely, datasetId))
}

/** Queues a new fit of each algorithm that the dataset has a surrogate of. */
export async function refitAll(db: Db, datasetId: number): Promise<void> {
  const counts = await countFreshSpectra(db.$kysely, datasetId)
  await queueDue(
    db,
    datasetId,
    counts.map((count) => ({ ...count, fresh: count.total })),
  )
}

async function queueDue(db: Db, datasetId: number, counts: readonly RefitCount[]): Promise<void> {
  for (const { algorithm, fresh, total } of counts) {
    if (fresh < Math.max(REFIT_AFTER, REFIT_SHARE * total)) continue
    await queueSurrogate(db, { datasetId, algorithm, apiKeyId: null, delaySeconds: REFIT_DELAY_SECONDS })
  }
}
