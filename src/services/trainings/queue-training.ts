import type { Db } from '../../db/connection/client.js'
import type { Activation, Dataset, Run, TrainingJob } from '../../db/generated/client.js'
import { queueTask, reprioritiseTask, taskKey } from '../../db/queue.js'
import type { TrainingJobRow } from '../../db/statements/rows.js'
import type { JsonObject } from '../../db/tables/column-types.js'
import { lockActivations } from '../../db/trainings/lock-rows.js'
import { ActbenchError } from '../../errors.js'
import { currentTraceparent } from '../../tracing/spans.js'

export interface QueuedTraining {
  /** The unfinished jobs, queued now or before, in the order of the seeds. */
  readonly jobs: TrainingJobRow[]
  /** The existing runs of the other seeds, in their order. */
  readonly runs: Run[]
}

export interface TrainingRequest {
  readonly dataset: Dataset
  readonly activation: Pick<Activation, 'id'>
  /** Canonical text of the spelling to train. */
  readonly expression: string
  readonly seeds: readonly number[]
  /** See `PRIORITY`. An interactive request moves a waiting bulk job for the same training to the front. */
  readonly priority: number
  readonly apiKeyId: number | null
  /** What the client attaches to the runs of the jobs that are queued now. @defaultValue nothing */
  readonly metadata?: JsonObject | null
}

/**
 * Queues the trainings of one function, one job per seed, in the caller's transaction. An existing run is returned and not
 * trained again, an unfinished job is returned, and a training that failed or was cancelled is queued again. Throws
 * CONFLICT if the dataset cannot be trained. The caller has checked the scope, the seeds and that the function is finite.
 */
export async function queueTraining(db: Db, request: TrainingRequest): Promise<QueuedTraining> {
  const { dataset, activation, seeds } = request
  requireTrainable(dataset)
  // Only one transaction at a time queues or finishes trainings of a function, so no run appears between the two reads.
  await lockActivations(db.$kysely, [activation.id])
  const training = { datasetId: dataset.id, datasetVersion: dataset.version, activationId: activation.id }
  const runs = await db.run.findMany({ where: { ...training, seed: { in: [...seeds] } } })
  const missing = seeds.filter((seed) => !runs.some((run) => run.seed === seed))
  const jobs = await findOrQueueJobs(db, request, missing)
  return {
    jobs: missing.map((seed) => jobs.find((job) => job.seed === seed)!),
    runs: seeds.flatMap((seed) => runs.filter((run) => run.seed === seed)),
  }
}

/** Throws CONFLICT if this service has no recipe for the dataset, so that no worker can ever train it. */
export function requireTrainable(dataset: Pick<Dataset, 'name' | 'trainable'>): void {
  if (dataset.trainable) return
  throw new ActbenchError('CONFLICT', `${dataset.name} cannot be trained here: no recipe for it is part of the service`)
}

async function findOrQueueJobs(db: Db, request: TrainingRequest, seeds: readonly number[]): Promise<TrainingJobRow[]> {
  const { dataset, activation, expression, priority, apiKeyId } = request
  const metadata = request.metadata ?? undefined
  const training = { datasetId: dataset.id, datasetVersion: dataset.version, activationId: activation.id }
  const traceparent = currentTraceparent()
  const found: TrainingJobRow[] = []
  // An unfinished job that prevents the insert may end before it is read. Then the next attempt inserts a new one.
  for (let missing = [...seeds]; missing.length > 0; ) {
    const queued = await db.trainingJob.createManyAndReturn({
      data: missing.map((seed) => ({ ...training, expression, seed, priority, apiKeyId, metadata, traceparent })),
      skipDuplicates: true,
      omit: { checkpoint: true },
    })
    for (const job of queued) await queueTrainingTask(db, dataset, job)
    const unfinished = await db.trainingJob.findMany({
      where: { ...training, seed: { in: missing }, state: { in: ['QUEUED', 'RUNNING'] } },
      omit: { checkpoint: true },
    })
    for (const job of unfinished) found.push(await moveForward(db, job, priority))
    missing = missing.filter((seed) => !unfinished.some((job) => job.seed === seed))
  }
  return found
}

/** Puts the task of a job into the queue, in the order of the jobs' creation. */
export async function queueTrainingTask(
  db: Db,
  dataset: Pick<Dataset, 'name'>,
  job: Pick<TrainingJob, 'id' | 'datasetVersion' | 'priority' | 'createdAt'> &
    Partial<Pick<TrainingJob, 'traceparent'>>,
): Promise<void> {
  await queueTask(
    db.$kysely,
    'train_activation',
    // The job keeps the trace, so that its later starts belong to the trace of the first.
    { trainingJobId: job.id, ...(job.traceparent && { traceparent: job.traceparent }) },
    {
      jobKey: taskKey('train_activation', job.id),
      priority: job.priority,
      dataset: { name: dataset.name, version: job.datasetVersion },
      askedAt: job.createdAt,
      // The job counts its starts without progress; the queue's own limit must not end it earlier.
      maxAttempts: 1000,
    },
  )
}

async function moveForward(db: Db, job: TrainingJobRow, priority: number): Promise<TrainingJobRow> {
  if (job.priority <= priority) return job
  await reprioritiseTask(db.$kysely, taskKey('train_activation', job.id), priority)
  return db.trainingJob.update({ where: { id: job.id }, data: { priority }, omit: { checkpoint: true } })
}
