import type { OptimizerOptions } from './optimizer.js'

/** How a network is trained. */
export interface Recipe {
  epochs: number
  batchSize: number
  /** Highest learning rate: reached linearly during the first steps, then it decays. */
  learningRate: number
  warmUpSteps: number
  /** Multiplies the learning rate after each of these epochs; absent: half a cosine down to zero. */
  decay?: { factor: number; afterEpochs: readonly number[] }
  optimizer: OptimizerOptions
  /** Variance of initial kernels times their fan-in. */
  gain: number
  /** How often a training that diverges in its first epoch begins again, each time with initial kernels half as large. */
  restarts: number
  /** Whether the activation is normalised to mean 0 and variance 1 under standard normal input. */
  normalizesActivation: boolean
  augmentation?: Augmentation
}

/** How training pictures are changed, each time anew. */
export interface Augmentation {
  /** Pixels of zeros around a picture, of which a window of its size is cut out. */
  margin: number
  /** Whether every other picture is mirrored left to right. */
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
