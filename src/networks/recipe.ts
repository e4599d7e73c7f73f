import type { DerivativeForms } from '../activations/operator-forms.js'
import type { OptimizerOptions } from './optimizer-options.js'

/** How a network is trained. */
export interface Recipe {
  epochs: number
  batchSize: number
  /** Highest learning rate. The rate rises to it linearly during the first `warmUpSteps`, then it decays. */
  learningRate: number
  warmUpSteps: number
  /** Multiplies the learning rate after each of these epochs; if absent, it falls to zero along half a cosine. */
  decay?: { factor: number; afterEpochs: readonly number[] }
  optimizer: OptimizerOptions
  /** Variance of initial kernels times their fan-in. */
  gain: number
  /** How often a training that diverges in its first epoch starts again. Each time its initial kernels are halved. */
  restarts: number
  /**
   * How often a training that diverges may halve its learning rate: in its first epoch at each restart, later by going back
   * to the end of the epoch before. @defaultValue 0, because most recipes are older than this
   */
  rateHalvings?: number
  /** Whether the activation is normalised to mean 0 and variance 1 under standard normal input. */
  normalizesActivation: boolean
  /** Derivatives of the function. @defaultValue FIRST, because most recipes are older than the exact forms */
  derivativeForms?: DerivativeForms
  /**
   * Whether learnable parameters of the activation have values of their own in each layer, or in each channel of each layer.
   * They are trained with the weights, by the same optimiser but without weight decay (arXiv 1502.01852, section 2.1).
   * @defaultValue 'per layer'
   */
  activationParameters?: 'per layer' | 'per channel'
  augmentation?: Augmentation
  /**
   * Ends a training after so many epochs in a row at chance, or when all inputs have the same logits (training/chance.ts).
   * Absent: it trains all epochs.
   */
  endsAtChance?: number
}

/** How training pictures are changed. The change is drawn again each time a picture is used. */
export interface Augmentation {
  /** Pixels of zeros around a picture; a random window of the picture's size is cut from the result. */
  margin: number
  /** Whether each picture is mirrored left to right with probability one half. */
  mirrors: boolean
}

/** Learning rate of a step, counted from 0. */
export function computeLearningRate(recipe: Recipe, step: number, totalSteps: number): number {
  const { learningRate, warmUpSteps, decay } = recipe
  if (step < warmUpSteps) return (learningRate * (step + 1)) / warmUpSteps
  if (decay) {
    const epochsDone = Math.floor((step * recipe.epochs) / totalSteps)
    return learningRate * decay.factor ** decay.afterEpochs.filter((epoch) => epochsDone >= epoch).length
  }
  return (learningRate * (1 + Math.cos((Math.PI * (step - warmUpSteps)) / (totalSteps - warmUpSteps)))) / 2
}
