import type { Recipe } from '../../src/networks/recipe.js'
import type { TrialTask } from './trial-pictures.js'

/** What a trial found. Losses that are not finite are null. */
export interface PublishedTrial {
  dataset: string
  version: string
  task: TrialTask
  expression: string
  seed: number
  batchSize: number
  steps: number
  heldOut: number
  /** Share of the filters of each layer. */
  width: number
  /** Settings of the recipe that the command changed. */
  changes: Partial<Recipe>
  warmUpSteps: number
  /** Rates of the first and the last step. */
  rates: [number, number]
  /** Means over the last 50 batches, null before the first; then the held-out pictures. */
  points: TrialPoint[]
  /** Of training steps, in elapsed time. */
  imagesPerSecond: number
}

export interface TrialPoint {
  step: number
  trainLoss: number | null
  trainAccuracy: number | null
  loss: number | null
  accuracy: number
}
