import { type Kysely, sql } from 'kysely'
import { PRIORITY, taskIdentifier } from '../queue.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listOf, unnest } from '../tables/lists.js'

/** A dataset whose spectra are computed by queued tasks. */
export interface SpectrumDataset {
  readonly id: number
  readonly name: string
  readonly version: string
  /** Whether workers can compute its spectra at all. */
  readonly trainable: boolean
}

/** The view of graphile-worker's tasks. */
interface QueuedTask {
  readonly key: string | null
  readonly task_identifier: string
  readonly priority: number
  readonly locked_at: Date | null
}

const QUEUED_TASKS = sql<QueuedTask>`graphile_worker.jobs`.as<'q'>(sql`q`)

/**
 * Queues a task for each missing spectrum of these functions (see `listMissingSpectra`), and moves tasks that wait at a
 * lower priority to this one. Returns how many were queued or moved: none if the dataset cannot be trained here.
 */
export async function queueMissingSpectra(
  db: Kysely<Tables>,
  dataset: SpectrumDataset,
  activationIds: readonly number[],
  priority: number,
): Promise<number> {
  if (!dataset.trainable || activationIds.length === 0) return 0
  const { rows } = await sql<{ id: number }>`
    SELECT missing.id, graphile_worker.add_job(
      identifier => ${taskIdentifier('compute_features', dataset)}::text,
      payload => json_build_object('datasetId', ${dataset.id}::int, 'activationId', missing.id),
      job_key => missing.key,
      priority => ${priority}::integer)
    FROM ${selectMissing(db, dataset, activationIds, priority)} AS missing`.execute(db)
  return rows.length
}

/**
 * Ids of these functions that have, for the dataset's current version, no stored spectrum, no recorded reason for its
 * absence, and no waiting task.
 */
export async function listMissingSpectra(
  db: Kysely<Tables>,
  dataset: SpectrumDataset,
  activationIds: readonly number[],
): Promise<Set<number>> {
  const rows = await selectMissing(db, dataset, activationIds, PRIORITY.idle).execute()
  return new Set(rows.map(({ id }) => id))
}

/** Ids of these functions that have a usable spectrum for the dataset's current version. */
export async function listWithSpectrum(
  db: Kysely<Tables>,
  datasetId: number,
  activationIds: readonly number[],
): Promise<Set<number>> {
  const rows = await db
    .selectFrom('fisher_spectra as f')
    .innerJoin('datasets as d', 'd.id', 'f.dataset_id')
    .select('f.activation_id as id')
    .where('d.id', '=', datasetId)
    .where('f.activation_id', '=', anyOf(activationIds))
    .whereRef('f.dataset_version', '=', 'd.version')
    .where((eb) =>
      eb(sql<number>`octet_length(f."values")`, '=', sql<number>`4 * ${eb.ref('d.fisher_spectrum_length')}`),
    )
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** The number of spectra of a dataset that are queued at idle priority, including those in computation. */
export async function countIdleSpectra(db: Kysely<Tables>, dataset: SpectrumDataset): Promise<number> {
  const { count } = await db
    .selectFrom(QUEUED_TASKS)
    .select(sql<number>`count(*)::int`.as('count'))
    .where('q.task_identifier', '=', taskIdentifier('compute_features', dataset))
    .where('q.priority', '=', PRIORITY.idle)
    .executeTakeFirstOrThrow()
  return count
}

/**
 * Until the transaction ends, nobody else counts and queues spectra of predictions for this dataset; false, without a
 * wait, if somebody else does so now.
 */
export async function tryLockPredictedSpectra(db: Kysely<Tables>, datasetId: number): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    SELECT pg_try_advisory_xact_lock(hashtext('predicted spectra'), ${datasetId}::int) AS locked`.execute(db)
  return rows[0].locked
}

/** Functions without a spectrum, without a task at this priority or a better one, and without a running task. */
function selectMissing(
  db: Kysely<Tables>,
  { id, version }: SpectrumDataset,
  activationIds: readonly number[],
  priority: number,
) {
  return db
    .selectFrom((eb) =>
      eb
        .selectFrom(unnest('k', { id: listOf('int4', activationIds) }))
        .select(['k.id', sql<string>`concat_ws(':', 'compute_features', ${id}::int, k.id)`.as('key')])
        .as('listed'),
    )
    .select(['listed.id', 'listed.key'])
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom(QUEUED_TASKS)
            .whereRef('q.key', '=', 'listed.key')
            .where((eb) => eb.or([eb('q.priority', '<=', priority), eb('q.locked_at', 'is not', null)])),
        ),
      ),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('fisher_spectra as f')
            .where('f.dataset_id', '=', id)
            .whereRef('f.activation_id', '=', 'listed.id')
            .where('f.dataset_version', '=', version),
        ),
      ),
    )
}
