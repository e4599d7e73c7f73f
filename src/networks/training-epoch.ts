import { setImmediate } from 'node:timers/promises'
import type { LayerActivation } from './activation-op.js'
import { type BatchMetrics, computeBatchMetrics } from './cross-entropy.js'
import type { NetworkState } from './network-state.js'
import type { OptimizerState } from './optimizer.js'
import type { ImageTask, LabelledImages } from './procedural-task.js'
import { createRandom } from './random.js'
import type { Recipe, TrainableDataset } from './trainable-datasets.js'
import type { EpochMetrics } from './training-result.js'
import { computeLogits, pickBatch, runTrainingStep } from './training-step.js'

/** A training under way. */
export interface Run {
  dataset: TrainableDataset
  activation: LayerActivation
  task: ImageTask
  seed: number
  signal: AbortSignal | undefined
  state: NetworkState
  optimizer: OptimizerState
  epochs: EpochMetrics[]
  elapsedSeconds: number
}

/** Means over pictures; the loss is not finite where that of a single picture is not. */
export interface Metrics {
  accuracy: number
  loss: number
}

const EVALUATION_BATCH_SIZE = 256

/** So many steps left out in a row are a divergence. */
const MOST_STEPS_LEFT_OUT = 8

/**
 * One pass over the training pictures in an order that follows from seed and epoch; pictures that do not fill a batch
 * are left to another epoch. Metrics are those of the batches that were learnt from. Where eight batches in a row have
 * no finite loss or gradient the pass ends, and the loss is NaN.
 */
export async function trainEpoch(run: Run, epoch: number): Promise<Metrics> {
  const { dataset, task, seed, optimizer } = run
  const { recipe, network } = dataset
  const order = createRandom(seed, 'order', epoch).permutation(task.train.count)
  const stepsPerEpoch = Math.floor(task.train.count / recipe.batchSize)
  const total: BatchMetrics = { lossSum: 0, correct: 0 }
  let learnt = 0
  let leftOutInARow = 0
  for (let step = 0; step < stepsPerEpoch && leftOutInARow < MOST_STEPS_LEFT_OUT; step++) {
    await takeTurns(run)
    const batch = pickBatch(task.train, order.subarray(step * recipe.batchSize, (step + 1) * recipe.batchSize))
    const rate = computeLearningRate(recipe, (epoch - 1) * stepsPerEpoch + step, stepsPerEpoch * recipe.epochs)
    const metrics = await runTrainingStep(network, run.activation, run.state, optimizer, recipe.optimizer, batch, rate)
    leftOutInARow = metrics ? 0 : leftOutInARow + 1
    if (!metrics) continue
    total.lossSum += metrics.lossSum
    total.correct += metrics.correct
    learnt += recipe.batchSize
  }
  const isDiverged = leftOutInARow === MOST_STEPS_LEFT_OUT || learnt === 0
  return isDiverged ? { loss: Number.NaN, accuracy: 1 / task.classes } : meansOf(total, learnt)
}

/** Metrics over all pictures of a split, in inference mode. */
export async function evaluate(run: Run, split: LabelledImages): Promise<Metrics> {
  const { network } = run.dataset
  const size = split.images.length / split.count
  const total: BatchMetrics = { lossSum: 0, correct: 0 }
  for (let start = 0; start < split.count; start += EVALUATION_BATCH_SIZE) {
    await takeTurns(run)
    const end = Math.min(start + EVALUATION_BATCH_SIZE, split.count)
    const inputs = split.images.subarray(start * size, end * size)
    const logits = await computeLogits(network, run.activation, run.state, inputs, end - start)
    const metrics = computeBatchMetrics(logits, split.labels.subarray(start, end), network.classes)
    total.lossSum += metrics.lossSum
    total.correct += metrics.correct
  }
  return meansOf(total, split.count)
}

/** Learning rate of a step, counted from 0: linear warm-up, then half a cosine down to zero. */
export function computeLearningRate(recipe: Recipe, step: number, totalSteps: number): number {
  const { learningRate, warmUpSteps } = recipe
  if (step < warmUpSteps) return (learningRate * (step + 1)) / warmUpSteps
  return (learningRate * (1 + Math.cos((Math.PI * (step - warmUpSteps)) / (totalSteps - warmUpSteps)))) / 2
}

/** Lets timers, sockets and the abort signal have their turn. */
async function takeTurns(run: Run): Promise<void> {
  await setImmediate()
  run.signal?.throwIfAborted()
}

function meansOf({ lossSum, correct }: BatchMetrics, count: number): Metrics {
  return { loss: lossSum / count, accuracy: correct / count }
}
