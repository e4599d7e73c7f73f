import type { Db } from './client.js'
import { taskIdentifier } from './queue.js'

/** What the task of a spectrum is named by; `trainable` says whether there are workers for it at all. */
export interface SpectrumDataset {
  readonly id: number
  readonly name: string
  readonly version: string
  readonly trainable: boolean
}

/**
 * Queues the Fisher spectra of these functions in the dataset's network, of those that have none for its version: neither
 * one that is stored, nor a reason why there is none, nor a waiting task. Nothing where the dataset is not trained here.
 * Returns how many were queued.
 */
export async function queueMissingSpectra(
  db: Db,
  dataset: SpectrumDataset,
  activationIds: readonly number[],
  priority: number,
): Promise<number> {
  if (!dataset.trainable || activationIds.length === 0) return 0
  return db.$executeRaw`
    SELECT graphile_worker.add_job(
      identifier => ${taskIdentifier('compute_features', dataset)}::text,
      payload => json_build_object('datasetId', ${dataset.id}::int, 'activationId', missing.id),
      job_key => missing.key,
      priority => ${priority}::integer)
    FROM (
      SELECT id, concat_ws(':', 'compute_features', ${dataset.id}::int, id) AS key FROM unnest(${[...activationIds]}::int[]) AS a(id)
      WHERE NOT EXISTS (
        SELECT FROM fisher_spectra
        WHERE dataset_id = ${dataset.id} AND activation_id = a.id AND dataset_version = ${dataset.version})
    ) AS missing
    WHERE NOT EXISTS (SELECT FROM graphile_worker.jobs WHERE jobs.key = missing.key)`
}
