import { isConnectionError, throughOutage } from '../db/connection/connection-errors.js'
import { ActbenchError } from '../errors.js'
import type { TrainableDataset } from '../networks/recipes/trainable-dataset.js'
import { getImageTask } from '../networks/recipes/trainable-datasets.js'
import { trainNetwork } from '../networks/training/train-network.js'
import type { TrainingResult } from '../networks/training/training-result.js'
import { failTraining } from '../services/trainings/fail-training.js'
import { recordEpoch } from '../services/trainings/record-epoch.js'
import { recordRun } from '../services/trainings/record-run.js'
import { returnTraining } from '../services/trainings/return-training.js'
import { discardProgress, type StartedTraining, startTraining } from '../services/trainings/start-training.js'
import type { ClaimState } from '../services/trainings/training-claim.js'
import { startSpan } from '../tracing/spans.js'
import type { TaskOutcome } from './observe-task.js'
import { toPublicReason } from './public-reason.js'
import { createRunningTraining, type RunningTraining, type StopReason, TrainingStopped } from './running-training.js'
import { createStepReporter } from './step-reporter.js'
import type { TaskContext } from './task-context.js'

/**
 * Runs the training of a job and records it. It may run any number of times: it does nothing if the job has ended or
 * another living worker has it, and an interrupted training continues from its last epoch. While the database is
 * unreachable, the training continues up to its next epoch and waits there. When the worker closes, the job is handed back.
 */
export async function trainActivation(
  context: TaskContext,
  { trainingJobId }: GraphileWorker.Tasks['train_activation'],
): Promise<TaskOutcome> {
  const { database, datasets, worker, closing, running, log } = context
  const training = await throughOutage(() => startTraining(database, trainingJobId, worker), closing)
  if (!training) return 'ended'
  const dataset = datasets.find(training.datasetName)
  if (dataset?.version !== training.datasetVersion) {
    // The job moved to another version of the dataset after this worker had taken its task, or its folder is gone.
    return finish(context, await throughOutage(() => returnTraining(database, training), closing), 'returned')
  }
  log.info({ job: training.id, expression: training.expression, resumed: training.checkpoint !== null }, 'training')
  const current = createRunningTraining(training, closing)
  running.add(current)
  try {
    const result = await trainAndRecordEpochs(context, dataset, training, current)
    if (!isIntact(dataset)) return await returnUnread(context, training)
    const state = await throughOutage(() => recordRun(database, training, toRecordedRun(result)), closing)
    log.info({ job: training.id, seconds: result.runtimeSeconds }, 'trained')
    return finish(context, state, 'succeeded')
  } catch (error) {
    const end = isIntact(dataset) ? handleFailure(context, training, error) : returnUnread(context, training)
    return await end.catch((failure) => leaveUnlessClosing(context, failure))
  } finally {
    running.delete(current)
  }
}

async function trainAndRecordEpochs(
  context: TaskContext,
  trainable: TrainableDataset,
  training: StartedTraining,
  { signal, stop }: RunningTraining,
): Promise<TrainingResult> {
  const { database, backend, tasksFolder, pulse, meter, log } = context
  const { epochs } = trainable.recipe
  const images = getImageTask(trainable, tasksFolder).train.count
  const steps = createStepReporter(database, training, trainable.recipe.batchSize, log)
  let hasProgressed = false
  let epochStartedAt = new Date()
  const train = (resumeFrom?: Uint8Array) =>
    trainNetwork({
      dataset: trainable,
      expression: training.expression,
      seed: training.seed,
      backend,
      tasksFolder,
      signal,
      resumeFrom,
      onStep(progress) {
        pulse.beat()
        steps.report(progress)
      },
      async onEpoch(metrics, checkpoint) {
        hasProgressed = true
        meter.addEpoch(trainable.name, images, (Date.now() - epochStartedAt.getTime()) / 1000)
        const attributes = { 'actbench.epoch': metrics.epoch }
        startSpan('epoch', { startedAt: epochStartedAt, attributes }).end()
        const epoch = { metrics, progress: metrics.epoch / epochs, checkpoint: await checkpoint() }
        const state = await throughOutage(() => recordEpoch(database, training, epoch), signal)
        if (state !== 'valid') stop(state)
        epochStartedAt = new Date()
      },
    })
  if (!training.checkpoint) return train()
  try {
    return await train(training.checkpoint)
  } catch (error) {
    // The checkpoint may have another format: the training starts again instead of failing.
    if (hasProgressed || error instanceof TrainingStopped) throw error
    log.warn({ job: training.id, reason: toPublicReason(error) }, 'the checkpoint is of no use; starting over')
    await throughOutage(() => discardProgress(database.prisma, training.id), signal)
    return train()
  }
}

function isIntact({ task }: TrainableDataset): boolean {
  return task.isIntact?.() ?? true
}

/** The data changed while they were read, so the result means nothing. The job waits for a worker with the right data. */
async function returnUnread(context: TaskContext, training: StartedTraining): Promise<TaskOutcome> {
  const { database, datasets, closing, log } = context
  log.warn({ job: training.id, dataset: training.datasetName }, 'its data changed during the training: handing it back')
  await throughOutage(() => datasets.refresh(), closing)
  await throughOutage(() => discardProgress(database.prisma, training.id), closing)
  return finish(context, await throughOutage(() => returnTraining(database, training), closing), 'returned')
}

function toRecordedRun({ diverged: _, ...measured }: TrainingResult) {
  return measured
}

async function handleFailure(context: TaskContext, training: StartedTraining, error: unknown): Promise<TaskOutcome> {
  const { database, log } = context
  if (error instanceof TrainingStopped) {
    const reason: StopReason = error.reason
    if (reason !== 'closing') return finish(context, reason, 'ended')
    log.info({ job: training.id }, 'handing the training back')
    return finish(context, await returnTraining(database, training), 'returned')
  }
  if (isConnectionError(error)) throw error
  log.error({ job: training.id, err: error }, 'the training failed')
  const failure =
    error instanceof ActbenchError ? error.message : `the training stopped with an error: ${toPublicReason(error)}`
  const state = await throughOutage(() => failTraining(database, training, failure), context.closing)
  return finish(context, state, 'failed')
}

/** A job whose end cannot be recorded would stay with this worker for ever. If the process ends, the job is given back. */
function leaveUnlessClosing({ closing, leave, log }: TaskContext, error: unknown): never {
  if (closing.aborted) throw error
  log.error({ err: error }, 'the end of a training could not be recorded')
  return leave('a training could not be ended')
}

/** The outcome, if the claim was valid until then. Otherwise the job has ended, or the process leaves. */
function finish(context: TaskContext, state: ClaimState, outcome: TaskOutcome): TaskOutcome {
  if (state === 'lost') context.leave('another worker has its training now')
  return state === 'valid' ? outcome : 'ended'
}
