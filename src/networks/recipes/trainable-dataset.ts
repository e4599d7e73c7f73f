import type { DescribedNetwork } from '../description/create-described-network.js'
import type { Recipe } from '../recipe.js'
import type { TaskSource } from '../tasks/image-task.js'

/** A dataset that workers can train: pictures, network and recipe. */
export interface TrainableDataset {
  name: string
  /** Changes with each change of task, network, recipe or kernel that changes a number (docs/versions.md). */
  version: string
  network: DescribedNetwork
  task: TaskSource
  recipe: Recipe
  /**
   * How Fisher spectra are computed. All functions share one batch of training data and one initialisation, so their
   * spectra differ only because of the function. `edges` is the number of histogram edges of each layer, or the rule of
   * the published datasets: the layer's weights / 100.
   */
  fisher: { batchSize: number; seed: number; edges: number | 'weights/100' }
}
