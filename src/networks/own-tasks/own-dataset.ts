import { checkBatch } from '../description/check-batch.js'
import { createDescribedNetwork } from '../description/create-described-network.js'
import type { NetworkDescription } from '../description/network-description.js'
import { parseNetworkDescription } from '../description/parse-network-description.js'
import { describeRecipe, parseRecipe } from '../description/parse-recipe.js'
import type { Recipe } from '../recipe.js'
import type { TrainableDataset } from '../recipes/trainable-dataset.js'
import { TRAINABLE_DATASETS } from '../recipes/trainable-datasets.js'
import type { ImageTask } from '../tasks/image-task.js'
import { findBuiltInNetwork, listBuiltInNetworks } from './built-in-networks.js'
import { type FileStamps, stampDataFiles } from './data-checksums.js'
import { refuseField } from './fields.js'
import { openOwnTask } from './open-own-task.js'
import type { TaskDefinition } from './task-definition.js'

/**
 * The definition with all layers of its network and all settings of its recipe, so that it means the same in later versions
 * of the product. `inputShape` is that of the data. Throws an error that names field, expected and found value.
 */
export function completeDefinition(
  definition: TaskDefinition,
  inputShape: readonly number[],
  file: string,
): TaskDefinition {
  const { name, data } = definition
  const network = parseNetwork(definition.network, data.classes, `${file}: network`)
  const made = createDescribedNetwork(network, {
    name,
    inputShape,
    classes: data.classes,
    place: `${file}: network`,
  })
  const recipe = parseOwnRecipe(definition.recipe, `${file}: recipe`)
  checkBatch(made, recipe, `${file}: recipe`)
  if (recipe.augmentation && inputShape.length !== 3) {
    refuseField(`${file}: recipe.augmentation`, 'nothing, because the data are vectors', recipe.augmentation)
  }
  return { ...definition, data: { ...data, shape: inputShape }, network, recipe: describeRecipe(recipe) }
}

/**
 * The trainable dataset of a complete definition. Its data are read from the folder when they are first used. `stamps` are
 * those of the files when their checksums were compared.
 */
export function createOwnDataset(definition: TaskDefinition, folder: string, stamps: FileStamps): TrainableDataset {
  const { name, version, data, fisher } = definition
  const inputShape = data.shape as readonly number[]
  const network = parseNetworkDescription(definition.network, 'network')
  return {
    name,
    version,
    network: createDescribedNetwork(network, { name, inputShape, classes: data.classes }),
    task: {
      create: () => openOwnTask(folder, data),
      isIntact: () => isSame(stamps, folder, definition),
    },
    recipe: parseRecipe(definition.recipe, 'recipe'),
    fisher,
  }
}

/** The dataset of data that are open already. */
export function createCheckedDataset(definition: TaskDefinition, task: ImageTask): TrainableDataset {
  return { ...createOwnDataset(definition, '', {}), task: { create: () => task } }
}

function isSame(stamps: FileStamps, folder: string, { data }: TaskDefinition): boolean {
  try {
    const present = stampDataFiles(folder, data)
    return Object.keys(present).every((file) => present[file] === stamps[file])
  } catch {
    return false
  }
}

/** A network is a built-in one by its name, a list of layers, or an object with `layers`. */
function parseNetwork(value: unknown, classes: number, place: string): NetworkDescription {
  if (typeof value !== 'string') return parseNetworkDescription(Array.isArray(value) ? { layers: value } : value, place)
  const found = findBuiltInNetwork(value, classes)
  return found ?? refuseField(place, `a list of layers, or one of ${listBuiltInNetworks().join(', ')}`, value)
}

/** A recipe is that of a dataset that ships, by its name, or an object. */
function parseOwnRecipe(value: unknown, place: string): Recipe {
  if (typeof value !== 'string') return parseRecipe(value, place)
  const found = TRAINABLE_DATASETS.get(value)?.recipe
  return found ?? refuseField(place, `an object, or one of ${[...TRAINABLE_DATASETS.keys()].join(', ')}`, value)
}
