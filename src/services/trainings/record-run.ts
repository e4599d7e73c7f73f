import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { findEvaluations } from '../../db/evaluations/find-evaluations.js'
import { refreshMedians } from '../../db/evaluations/refresh-medians.js'
import type { Dataset, TrainingJob } from '../../db/generated/client.js'
import { queueTask, taskKey } from '../../db/queue.js'
import type { JsonObject, JsonValue } from '../../db/tables/column-types.js'
import { finishJob } from '../../db/trainings/change-job.js'
import { lockActivations } from '../../db/trainings/lock-rows.js'
import type { LearnedParameter } from '../../learned-parameters.js'
import type { Metrics } from '../../metrics.js'
import { reportTrainedSuggestion } from '../suggestions/report-trained-suggestion.js'
import type { RecordedEpoch } from './record-epoch.js'
import { type ClaimState, checkClaim, type TrainingClaim } from './training-claim.js'

/** The results of a finished training. Accuracies are fractions, losses are in nats, and values that are not finite are null. */
export interface RecordedRun extends Metrics {
  readonly runtimeSeconds: number
  readonly epochs: readonly RecordedEpoch[]
  readonly backend: string
  readonly device: string
  readonly softwareVersion: string
  /** Null or absent if the function has no parameters, or if the training diverged. */
  readonly learnedParameters?: readonly LearnedParameter[] | null
  /** Why the training ended before the last epoch of its recipe; null or absent if it did not. */
  readonly endReason?: string | null
}

type Job = Omit<TrainingJob, 'checkpoint'> & { dataset: Dataset }

/**
 * Ends a training with its result, if the claim is valid. One transaction stores the run, its learning curve and the
 * medians of the evaluation, makes the job SUCCEEDED, completes the suggestions that waited for it, and queues a missing
 * Fisher spectrum and the next fit if it is due. A second call changes nothing and returns `ended`.
 */
export async function recordRun(database: Database, claim: TrainingClaim, result: RecordedRun): Promise<ClaimState> {
  return inTransaction(database, async (db) => {
    const job = await findJob(db, claim.id)
    if (!job) return 'ended'
    // Locks are taken in the same order as when trainings are queued: the activation first, then the job.
    await lockActivations(db.$kysely, [job.activationId])
    const state = await checkClaim(db, claim)
    if (state !== 'valid') return state
    const evaluation = await findOrCreateEvaluation(db, job)
    await insertRun(db, job, evaluation.id, result)
    // Published values stay as they were published.
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

/** The evaluation that answers this spelling of the function. The lock on the activation prevents a second one. */
async function findOrCreateEvaluation(db: Db, { datasetId, activationId, expression, apiKeyId }: Job) {
  const [known] = await findEvaluations(db.$kysely, [{ datasetId, activationId, expression }])
  if (known) return db.evaluation.findUniqueOrThrow({ where: { id: known.id } })
  return db.evaluation.create({ data: { datasetId, activationId, expression, origin: 'TRAINED', apiKeyId } })
}

async function insertRun(db: Db, job: Job, evaluationId: number, result: RecordedRun): Promise<void> {
  const { datasetId, datasetVersion, activationId, seed, apiKeyId } = job
  const metadata = (job.metadata ?? undefined) as JsonObject | undefined
  const { epochs, learnedParameters: learned, ...measured } = result
  const learnedParameters = (learned ?? undefined) as JsonValue[] | undefined
  const training = { datasetId, datasetVersion, activationId, seed }
  const [run] = await db.run.createManyAndReturn({
    data: [{ ...training, ...measured, evaluationId, trainingJobId: job.id, apiKeyId, metadata, learnedParameters }],
    skipDuplicates: true,
  })
  if (run) {
    await db.runEpoch.createMany({ data: epochs.map((epoch) => ({ ...epoch, runId: run.id })) })
  } else {
    // An import stored the same run during the training.
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
    // The task itself counts its starts.
    { jobKey, priority, dataset, maxAttempts: 1000 },
  )
}
