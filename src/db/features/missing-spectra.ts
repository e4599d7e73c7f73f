import type { Db } from '../connection/client.js'
import { Prisma } from '../generated/client.js'
import { PRIORITY, taskIdentifier } from '../queue.js'

/** What the task of a spectrum is named by; `trainable` says whether there are workers for it at all. */
export interface SpectrumDataset {
  readonly id: number
  readonly name: string
  readonly version: string
  readonly trainable: boolean
}

/**
 * Queues the Fisher spectra of those of these functions that `listMissingSpectra` names, and moves tasks that wait at a
 * lower priority to this one. Nothing where the dataset is not trained here. Returns how many were queued or moved.
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
    FROM (${selectMissing(dataset, activationIds, priority)}) AS missing`
}

/**
 * Those of these functions that have no spectrum for the dataset's version: neither one that is stored, nor a reason why
 * there is none, nor a task that waits.
 */
export async function listMissingSpectra(
  db: Db,
  dataset: SpectrumDataset,
  activationIds: readonly number[],
): Promise<Set<number>> {
  const rows = await db.$queryRaw<{ id: number }[]>`${selectMissing(dataset, activationIds, PRIORITY.idle)}`
  return new Set(rows.map(({ id }) => id))
}

/** Those of these functions whose spectrum is stored and usable for the dataset's version. */
export async function listWithSpectrum(
  db: Db,
  datasetId: number,
  activationIds: readonly number[],
): Promise<Set<number>> {
  const rows = await db.$queryRaw<{ id: number }[]>`
    SELECT s.activation_id AS id FROM fisher_spectra s JOIN datasets d ON d.id = s.dataset_id
    WHERE d.id = ${datasetId} AND s.activation_id = ANY(${[...activationIds]}) AND s.dataset_version = d.version
      AND octet_length(s."values") = 4 * d.fisher_spectrum_length`
  return new Set(rows.map(({ id }) => id))
}

/** How many spectra of a dataset wait that nobody waits for, with those that are computed just now. */
export async function countIdleSpectra(db: Db, dataset: SpectrumDataset): Promise<number> {
  const [{ count }] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM graphile_worker.jobs
    WHERE task_identifier = ${taskIdentifier('compute_features', dataset)} AND priority = ${PRIORITY.idle}`
  return count
}

/** Without what waits at this priority or before, or is computed now. */
function selectMissing(
  { id, version }: SpectrumDataset,
  activationIds: readonly number[],
  priority: number,
): Prisma.Sql {
  return Prisma.sql`
    SELECT a.id, a.key FROM (
      SELECT id, concat_ws(':', 'compute_features', ${id}::int, id) AS key
      FROM unnest(${[...activationIds]}::int[]) AS listed(id)
    ) AS a
    WHERE NOT EXISTS (
        SELECT FROM graphile_worker.jobs
        WHERE jobs.key = a.key AND (jobs.priority <= ${priority}::int OR jobs.locked_at IS NOT NULL))
      AND NOT EXISTS (
        SELECT FROM fisher_spectra
        WHERE dataset_id = ${id} AND activation_id = a.id AND dataset_version = ${version})`
}
