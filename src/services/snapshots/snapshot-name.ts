import { refuseInput } from '../validate-input.js'

const SNAPSHOT_NAME = /^[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?$/

/** Whether a snapshot can have this name. */
export function isSnapshotName(name: string): boolean {
  return SNAPSHOT_NAME.test(name)
}

/** Returns the name if a snapshot can have it; throws BAD_USER_INPUT otherwise. */
export function getValidSnapshotName(argument: string, name: string): string {
  if (isSnapshotName(name)) return name
  return refuseInput(
    argument,
    '1 to 64 lower-case letters, digits, dots and hyphens, with a letter or a digit at both ends',
    name,
  )
}

/** The first number that none of these names is. */
export function nextNumber(names: readonly string[]): string {
  const numbers = names.filter((name) => /^\d{1,9}$/.test(name)).map(Number)
  return String(Math.max(0, ...numbers) + 1)
}
