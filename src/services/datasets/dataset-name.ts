import { refuseInput } from '../validate-input.js'

const DATASET_NAME = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/

/** Whether a dataset can have this name. */
export function isDatasetName(name: string): boolean {
  return DATASET_NAME.test(name)
}

/** Returns the name if a dataset can have it; throws BAD_USER_INPUT otherwise. */
export function getValidDatasetName(argument: string, name: string): string {
  if (!isDatasetName(name)) {
    refuseInput(argument, '1 to 64 lower-case letters, digits and hyphens, without a hyphen at either end', name)
  }
  return name
}

/**
 * Names of the published and the shipped datasets: whoever took one would prevent their import. /export/activations.csv has
 * all functions.
 */
const RESERVED_NAMES = new Set([
  ...['act-bench', 'mini', 'fashion'].flatMap((family) =>
    ['cnn', 'resnet', 'vit'].map((network) => `${family}-${network}`),
  ),
  'activations',
])

/** Returns the name if a new dataset can have it; throws BAD_USER_INPUT otherwise. */
export function getValidNewName(argument: string, name: string): string {
  getValidDatasetName(argument, name)
  if (RESERVED_NAMES.has(name)) refuseInput(argument, 'a name that is not reserved for a published dataset', name)
  return name
}
