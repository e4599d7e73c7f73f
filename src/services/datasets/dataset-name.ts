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
