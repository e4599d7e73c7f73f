import { setImmediate } from 'node:timers/promises'
import { createRandom } from '../../numeric/random.js'
import { type CardPictures, openCardPictures } from '../kernels/webgpu/card-pictures.js'
import type { LayerActivation } from '../layers/activation-op.js'
import { type BatchMetrics, computeBatchMetrics } from '../layers/cross-entropy.js'
import { computeLearningRate } from '../recipe.js'
import type { TrainableDataset } from '../recipes/trainable-dataset.js'
import type { ImageSplit, ImageTask } from '../tasks/image-task.js'
import { augment, drawMoves } from './augment.js'
import { settleBatchStatistics } from './batch-statistics.js'
import { haveEqualRows } from './chance.js'
import { readLearnedParameters } from './learned-parameters.js'
import type { NetworkState } from './network-state.js'
import { type OptimizerState, skipsByItself } from './optimizer.js'
import type { EpochMetrics } from './training-result.js'
import {
  computeLogits,
  pickBatch,
  pickLabels,
  type StartedStep,
  startTrainingStep,
  type TrainingBatch,
} from './training-step.js'

/** A training in progress. */
export interface Run {
  dataset: TrainableDataset
  activation: LayerActivation
  task: ImageTask
  seed: number
  signal: AbortSignal | undefined
  onStep: ((progress: StepProgress) => void) | undefined
  state: NetworkState
  optimizer: OptimizerState
  /** The training pictures on a card; null if they stay on the host, absent before the first epoch. */
  pictures?: CardPictures | null
  epochs: EpochMetrics[]
  elapsedSeconds: number
  /** How often the learning rate was halved because the training diverged. */
  rateHalvings: number
  /** Why the training ends after its last epoch; null if it continues. */
  endReason: string | null
}

/** How far a training is, before a batch. */
export interface StepProgress {
  /** Steps of the optimiser that are done. */
  readonly step: number
  /** All steps of the training. */
  readonly steps: number
  /** The share of the training's work that is done, from 0 to 1. */
  readonly share: number
}

/** Means over pictures. The loss is not finite if that of a single picture is not. */
export interface Metrics {
  accuracy: number
  loss: number
}

export interface EvaluationMetrics extends Metrics {
  /** Whether all pictures have the same logits. */
  hasEqualLogits: boolean
}

const EVALUATION_BATCH_SIZE = 256

/** Work of a picture in an evaluation, as a share of its work in a training step: the step also goes backward. */
const EVALUATION_WORK = 1 / 3

/** Steps that a card may be behind the host. */
const STEPS_AHEAD = 3

/** A training diverges after this many skipped steps in a row. */
const MOST_STEPS_LEFT_OUT = 8

/**
 * One pass over the training pictures, in an order that seed and epoch determine. Pictures that do not fill a batch are left
 * for another epoch. Metrics are those of the batches that were learnt from. If eight batches in a row have no finite loss
 * or gradient, the pass ends and the loss is NaN. The loss is also NaN if a parameter of the activation is not finite.
 */
export async function trainEpoch(run: Run, epoch: number): Promise<Metrics> {
  const { dataset, task, seed, optimizer } = run
  const { recipe, network } = dataset
  if (run.pictures === undefined) run.pictures = openCardPictures(task.train)
  const order = createRandom(seed, 'order', epoch).permutation(task.train.count)
  const stepsPerEpoch = stepsOfEpoch(run)
  const stepsAhead = skipsByItself(recipe.optimizer, run.state.decayMask) ? STEPS_AHEAD : 0
  const started: StartedStep[] = []
  const total: BatchMetrics = { lossSum: 0, correct: 0 }
  let learnt = 0
  let leftOutInARow = 0
  const settleFirst = async (): Promise<void> => {
    const metrics = await started.shift()?.settle()
    // Steps that were started before this was known change nothing that counts.
    if (leftOutInARow === MOST_STEPS_LEFT_OUT) return
    leftOutInARow = metrics ? 0 : leftOutInARow + 1
    if (!metrics) return
    total.lossSum += metrics.lossSum
    total.correct += metrics.correct
    learnt += recipe.batchSize
  }
  try {
    for (let step = 0; step < stepsPerEpoch && leftOutInARow < MOST_STEPS_LEFT_OUT; step++) {
      await takeTurns(run, describeStep(run, epoch, step, 0))
      const batch = drawBatch(run, order.subarray(step * recipe.batchSize, (step + 1) * recipe.batchSize), epoch, step)
      const planned = computeLearningRate(recipe, (epoch - 1) * stepsPerEpoch + step, stepsPerEpoch * recipe.epochs)
      const rate = planned / 2 ** run.rateHalvings
      started.push(startTrainingStep(network, run.activation, run.state, optimizer, recipe.optimizer, batch, rate))
      if (started.length > stepsAhead) await settleFirst()
    }
  } finally {
    while (started.length > 0) await settleFirst()
  }
  await settleBatchStatistics(run.state.recentMoments, run.state.fixed)
  const isDiverged = leftOutInARow === MOST_STEPS_LEFT_OUT || learnt === 0 || !(await hasFiniteParameters(run))
  return isDiverged ? { loss: Number.NaN, accuracy: 1 / task.classes } : meansOf(total, learnt)
}

/** False if a parameter of the activation is infinite or NaN, which no loss shows if a branch without it was taken. */
async function hasFiniteParameters({ state, activation }: Run): Promise<boolean> {
  const learned = await readLearnedParameters(state, activation)
  return learned === null || learned.every(({ values }) => values.flat().every(Number.isFinite))
}

/** Metrics over all pictures of a split, in inference mode, after an epoch. */
export async function evaluate(run: Run, split: ImageSplit, epoch: number): Promise<EvaluationMetrics> {
  const { network } = run.dataset
  const total: BatchMetrics = { lossSum: 0, correct: 0 }
  let first: Float32Array | undefined
  let hasEqualLogits = true
  for (let start = 0; start < split.count; start += EVALUATION_BATCH_SIZE) {
    await takeTurns(run, describeStep(run, epoch, stepsOfEpoch(run), start))
    const end = Math.min(start + EVALUATION_BATCH_SIZE, split.count)
    const inputs = split.read(Array.from({ length: end - start }, (_, i) => start + i))
    const logits = await computeLogits(network, run.activation, run.state, inputs, end - start)
    first ??= logits.slice(0, network.classes)
    hasEqualLogits &&= haveEqualRows(logits, network.classes, first)
    const metrics = computeBatchMetrics(logits, split.labels.subarray(start, end), network.classes)
    total.lossSum += metrics.lossSum
    total.correct += metrics.correct
  }
  return { ...meansOf(total, split.count), hasEqualLogits }
}

/** A training batch and the random stream of its step; seed, epoch and step determine both. */
function drawBatch(run: Run, indices: Uint32Array, epoch: number, step: number): TrainingBatch {
  const { task, dataset, seed, pictures } = run
  const { augmentation } = dataset.recipe
  const random = createRandom(seed, 'dropout', epoch, step)
  const ofMoves = createRandom(seed, 'augmentation', epoch, step)
  if (pictures) {
    const moves = augmentation ? drawMoves(indices.length, augmentation, ofMoves) : null
    return { inputs: pictures.take(indices, moves), labels: pickLabels(task.train, indices), random }
  }
  const batch = { ...pickBatch(task.train, indices), random }
  if (!augmentation) return batch
  return { ...batch, inputs: augment(batch.inputs, task.train.shape, augmentation, ofMoves) }
}

/** Gives timers, sockets and the abort signal their turn. */
async function takeTurns(run: Run, progress: StepProgress): Promise<void> {
  await setImmediate()
  run.onStep?.(progress)
  run.signal?.throwIfAborted()
}

function stepsOfEpoch({ dataset, task }: Run): number {
  return Math.floor(task.train.count / dataset.recipe.batchSize)
}

/** `step` counts within the epoch, and `evaluated` pictures are done after it. */
function describeStep(run: Run, epoch: number, step: number, evaluated: number): StepProgress {
  const { batchSize, epochs } = run.dataset.recipe
  const perEpoch = stepsOfEpoch(run)
  const work = perEpoch * batchSize + EVALUATION_WORK * run.task.validation.count
  const done = step * batchSize + EVALUATION_WORK * Math.min(evaluated, run.task.validation.count)
  return {
    step: (epoch - 1) * perEpoch + step,
    steps: epochs * perEpoch,
    share: Math.min(1, (epoch - 1 + done / work) / epochs),
  }
}

function meansOf({ lossSum, correct }: BatchMetrics, count: number): Metrics {
  return { loss: lossSum / count, accuracy: correct / count }
}
