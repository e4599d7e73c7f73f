import type { JsonObject } from '../../db/tables/column-types.js'
import { refuseInput } from '../validate-input.js'

/** Largest size of the metadata of a result, in bytes of JSON. */
export const MAX_METADATA_BYTES = 8192
/** Deepest nesting of objects and lists in metadata; the object itself counts. */
const MAX_METADATA_DEPTH = 6

/**
 * Returns the metadata of a result: a JSON object of at most 8 kB, or null. Throws BAD_USER_INPUT with the path
 * within the metadata for values that are no JSON, that PostgreSQL cannot store, or that are too deep.
 */
export function getValidMetadata(argument: string, value: unknown): JsonObject | null {
  if (value === null || value === undefined) return null
  if (typeof value !== 'object' || Array.isArray(value)) refuseInput(argument, 'a JSON object', describe(value))
  checkValue(argument, value, 1)
  const bytes = Buffer.byteLength(JSON.stringify(value))
  if (bytes > MAX_METADATA_BYTES) refuseInput(argument, `at most ${MAX_METADATA_BYTES} bytes of JSON`, `${bytes} bytes`)
  return value as JsonObject
}

function checkValue(path: string, value: unknown, depth: number): void {
  if (typeof value === 'string') checkText(path, value)
  else if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuseInput(path, 'a finite number', value)
  } else if (typeof value === 'object' && value !== null) {
    if (depth > MAX_METADATA_DEPTH) {
      refuseInput(path, `at most ${MAX_METADATA_DEPTH} objects and lists within each other`, 'more')
    }
    for (const [name, each] of Object.entries(value)) {
      if (Array.isArray(value)) checkValue(`${path}[${name}]`, each, depth + 1)
      else {
        checkName(path, name)
        checkValue(`${path}.${name.slice(0, 80)}`, each, depth + 1)
      }
    }
  }
}

const UNSTORABLE = /[\0\p{Surrogate}]/u

function checkText(path: string, text: string): void {
  if (UNSTORABLE.test(text))
    refuseInput(path, 'a text of Unicode characters other than NUL', 'one with NUL or a surrogate')
}

function checkName(path: string, name: string): void {
  checkText(path, name)
  // Programs that copy objects field by field would change their prototype.
  if (name === '__proto__') refuseInput(path, 'names of fields other than __proto__', name)
}

function describe(value: unknown): unknown {
  return Array.isArray(value) ? 'a list' : value
}
