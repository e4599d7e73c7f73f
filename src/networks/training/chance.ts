import type { TrainableDataset } from '../recipes/trainable-dataset.js'
import type { ImageSplit, ImageTask } from '../tasks/image-task.js'
import type { EpochMetrics } from './training-result.js'

/** A loss below this share of the loss at chance has learnt something. */
const SHARE_OF_CHANCE = 0.99

/** An accuracy beyond so many standard errors of the accuracy at chance has learnt something. */
const STANDARD_ERRORS = 4

/** Why a training ends after the last of these epochs although its recipe has more, or null if it continues. */
export type FindEndReason = (epochs: readonly EpochMetrics[], hasEqualLogits: boolean) => string | null

/**
 * When a training ends early. If the recipe has `endsAtChance`, it ends after so many epochs in a row at chance, or after one
 * in which all validation inputs had the same logits. An epoch is at chance if neither loss is below 99% of that of a guess
 * that knows only how frequent the classes are, and neither accuracy is beyond four standard errors of that of the guess.
 * The classes are counted once, not after each epoch.
 */
export function createEndRule({ recipe }: Pick<TrainableDataset, 'recipe'>, task: ImageTask): FindEndReason {
  const { endsAtChance } = recipe
  if (endsAtChance === undefined) return () => null
  const isAtChance = createTest(task)
  return (epochs, hasEqualLogits) => {
    if (epochs.length >= recipe.epochs) return null
    const after = `ended after epoch ${epochs.length} of ${recipe.epochs}`
    const isLastAtChance = isAtChance(epochs[epochs.length - 1])
    if (hasEqualLogits && isLastAtChance) return `equal logits for all validation inputs, ${after}`
    if (epochs.length < endsAtChance || !epochs.slice(-endsAtChance).every(isAtChance)) return null
    return `loss at chance for ${endsAtChance} ${endsAtChance === 1 ? 'epoch' : 'epochs'}, ${after}`
  }
}

function createTest({ train, validation, classes }: ImageTask): (epoch: EpochMetrics) => boolean {
  const [ofTrain, ofValidation] = [train, validation].map((split) => describeChance(split, classes))
  return ({ trainLoss, trainAccuracy, validationLoss, validationAccuracy }) =>
    !hasLearnt(trainLoss, trainAccuracy, ofTrain) && !hasLearnt(validationLoss, validationAccuracy, ofValidation)
}

/** What the best constant answer reaches. */
interface Chance {
  /** The entropy of the labels, in nats. */
  readonly loss: number
  /** The share of the most frequent class. */
  readonly accuracy: number
  readonly standardError: number
}

function describeChance({ labels, count }: ImageSplit, classes: number): Chance {
  const counts = new Uint32Array(classes)
  for (let i = 0; i < count; i++) counts[labels[i]]++
  const shares = Array.from(counts, (number) => number / count).filter((share) => share > 0)
  const accuracy = Math.max(...shares)
  return {
    loss: -shares.reduce((sum, share) => sum + share * Math.log(share), 0),
    accuracy,
    standardError: Math.sqrt((accuracy * (1 - accuracy)) / count),
  }
}

/** A loss that is not finite has learnt nothing. */
function hasLearnt(loss: number | null, accuracy: number, chance: Chance): boolean {
  if (accuracy > chance.accuracy + STANDARD_ERRORS * chance.standardError) return true
  return loss !== null && loss < SHARE_OF_CHANCE * chance.loss
}

/** Whether all rows of logits, batch × classes, are equal but for rounding. */
export function haveEqualRows(logits: Float32Array, classes: number, first = logits.subarray(0, classes)): boolean {
  const largest = first.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return logits.every((value, i) => Math.abs(value - first[i % classes]) <= ROUNDING * largest)
}

const ROUNDING = 1e-6
