import type { Db } from '../../db/connection/client.js'

/**
 * Sets an evaluation's metrics to the medians over its runs. Runs of one version of the dataset count: of the present
 * one, or where there are none, of the version that ran last. The median of an even number of runs is the mean of the two
 * in the middle; what a run did not measure, or what was not finite, is left out.
 */
export async function refreshMedians(db: Db, evaluationId: number): Promise<void> {
  await db.$executeRaw`
    UPDATE evaluations SET
      train_accuracy = medians.train_accuracy, train_loss = medians.train_loss,
      validation_accuracy = medians.validation_accuracy, validation_loss = medians.validation_loss,
      test_accuracy = medians.test_accuracy, test_loss = medians.test_loss,
      runtime_seconds = medians.runtime_seconds, updated_at = now()
    FROM (
      SELECT
        percentile_cont(0.5) WITHIN GROUP (ORDER BY train_accuracy) AS train_accuracy,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY train_loss) AS train_loss,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY validation_accuracy) AS validation_accuracy,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY validation_loss) AS validation_loss,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY test_accuracy) AS test_accuracy,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY test_loss) AS test_loss,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY runtime_seconds) AS runtime_seconds
      FROM runs
      WHERE evaluation_id = ${evaluationId} AND dataset_version = (
        SELECT r.dataset_version FROM runs r JOIN datasets d ON d.id = r.dataset_id
        WHERE r.evaluation_id = ${evaluationId}
        ORDER BY r.dataset_version = d.version DESC, r.id DESC LIMIT 1)
    ) AS medians
    WHERE id = ${evaluationId}`
}
