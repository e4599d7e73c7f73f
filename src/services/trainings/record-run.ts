import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { refreshMedians } from '../../db/evaluations/refresh-medians.js'
import type { Dataset, TrainingJob } from '../../db/generated/client.js'
import { queueTask, taskKey } from '../../db/queue.js'
import { finishJob } from '../../db/trainings/change-job.js'
import { lockActivations } from '../../db/trainings/lock-rows.js'
import type { Metrics } from '../../metrics.js'
import { reportTrainedSuggestion } from '../suggestions/report-trained-suggestion.js'
import type { RecordedEpoch } from './record-epoch.js'
import { type ClaimState, checkClaim, type TrainingClaim } from './training-claim.js'

/** What a finished training measured. Accuracies are fractions, losses nats, null where not finite. */
export interface RecordedRun extends Metrics {
  readonly runtimeSeconds: number
  readonly epochs: readonly RecordedEpoch[]
  readonly backend: string
  readonly device: string
  readonly softwareVersion: string
}

type Job = Omit<TrainingJob, 'checkpoint'> & { dataset: Dataset }

/**
 * Ends a training with its result, where it is still held, in one transaction: run, learning curve, evaluation with its
 * medians, job SUCCEEDED, the task for a missing Fisher spectrum, the suggestions that asked for it, the next fit where it
 * is due. Doing it twice does nothing the second time (`ended`).
 */
export async function recordRun(database: Database, claim: TrainingClaim, result: RecordedRun): Promise<ClaimState> {
  return inTransaction(database, async (db) => {
    const job = await findJob(db, claim.id)
    if (!job) return 'ended'
    // In the order of whoever queues trainings of this function: the activation first, then the job.
    await lockActivations(db.$kysely, [job.activationId])
    const state = await checkClaim(db, claim)
    if (state !== 'valid') return state
    const evaluation = await findOrCreateEvaluation(db, job)
    await insertRun(db, job, evaluation.id, result)
    // What was published stays as it was published.
    if (evaluation.origin !== 'IMPORTED') await refreshMedians(db.$kysely, evaluation.id)
    await recordSuccess(db, job, result)
    await queueMissingSpectrum(db, job)
    await reportTrainedSuggestion(db, job.id)
    return state
  })
}

function findJob(db: Db, id: number): Promise<Job | null> {
  return db.trainingJob.findUnique({ where: { id }, omit: { checkpoint: true }, include: { dataset: true } })
}

/** The function's evaluation, the one of this spelling before others; the lock on the activation keeps it the only one. */
async function findOrCreateEvaluation(db: Db, { datasetId, activationId, expression, apiKeyId }: Job) {
  const known = await db.evaluation.findMany({ where: { datasetId, activationId }, orderBy: { id: 'asc' } })
  if (known.length > 0) return known.find((evaluation) => evaluation.expression === expression) ?? known[0]
  return db.evaluation.create({ data: { datasetId, activationId, expression, origin: 'TRAINED', apiKeyId } })
}

async function insertRun(db: Db, job: Job, evaluationId: number, result: RecordedRun): Promise<void> {
  const { datasetId, datasetVersion, activationId, seed, apiKeyId } = job
  const { epochs, ...measured } = result
  const training = { datasetId, datasetVersion, activationId, seed }
  const [run] = await db.run.createManyAndReturn({
    data: [{ ...training, ...measured, evaluationId, trainingJobId: job.id, apiKeyId }],
    skipDuplicates: true,
  })
  if (run) {
    await db.runEpoch.createMany({ data: epochs.map((epoch) => ({ ...epoch, runId: run.id })) })
  } else {
    // It came with an import while it was trained here.
    await db.run.updateMany({ where: { ...training, trainingJobId: null }, data: { trainingJobId: job.id } })
  }
}

async function recordSuccess(db: Db, job: Job, { epochs }: RecordedRun): Promise<void> {
  await db.trainingJobEpoch.createMany({
    data: epochs.map((epoch) => ({ ...epoch, trainingJobId: job.id })),
    skipDuplicates: true,
  })
  await finishJob(db.$kysely, job.id)
}

async function queueMissingSpectrum(db: Db, { dataset, datasetVersion, activationId, priority }: Job): Promise<void> {
  if (dataset.fisherSpectrumLength === null || dataset.version !== datasetVersion) return
  const known = await db.fisherSpectrum.count({ where: { datasetId: dataset.id, activationId, datasetVersion } })
  if (known > 0) return
  const jobKey = taskKey('compute_features', dataset.id, activationId)
  await queueTask(
    db.$kysely,
    'compute_features',
    { datasetId: dataset.id, activationId },
    // The task itself counts what its starts came to.
    { jobKey, priority, dataset, maxAttempts: 1000 },
  )
}
