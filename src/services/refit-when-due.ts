import type { Db } from '../db/client.js'
import type { SurrogateAlgorithm } from '../db/generated/client.js'
import { queueSurrogate } from './queue-surrogate.js'

/** A fit is due when as many functions were newly measured as this, or as this share of all, whichever is more. */
export const REFIT_AFTER = 10
export const REFIT_SHARE = 0.05
/** How long a fit that is due waits, so that a burst of evaluations makes one fit. */
export const REFIT_DELAY_SECONDS = 30

/**
 * Queues a surrogate of the dataset where enough evaluations came since the newest one was asked for: at least 10, and at
 * least 5% of all. It starts half a minute later with all that was measured by then. Called in the transaction that adds
 * an evaluation. A fit that failed counts like any other, so it is not tried again before as many new ones came.
 */
export async function refitWhenDue(db: Db, datasetId: number): Promise<void> {
  const [{ fresh, total, algorithm }] = await db.$queryRaw<
    { fresh: number; total: number; algorithm: SurrogateAlgorithm | null }[]
  >`
    SELECT count(*) FILTER (WHERE newest.created_at IS NULL OR e.created_at > newest.created_at)::int AS fresh,
      count(*)::int AS total, min(newest.algorithm::text) AS algorithm
    FROM evaluations e
    LEFT JOIN LATERAL (
      SELECT created_at, algorithm FROM surrogates WHERE dataset_id = ${datasetId} ORDER BY version DESC LIMIT 1
    ) AS newest ON true
    WHERE e.dataset_id = ${datasetId} AND e.validation_accuracy IS NOT NULL`
  if (fresh < Math.max(REFIT_AFTER, REFIT_SHARE * total)) return
  await queueSurrogate(db, {
    datasetId,
    algorithm: algorithm ?? 'UMAP_KNN',
    apiKeyId: null,
    delaySeconds: REFIT_DELAY_SECONDS,
  })
}
