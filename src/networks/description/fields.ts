import { refuseName, refuseValue } from './refuse-value.js'

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** One key of an object in a description: its values, its default, and its text in the documents. */
export type Field = {
  /** The value of an absent key; a key without a default is required. */
  readonly default?: Json
  readonly description: string
  /** Of numbers, for the documents. */
  readonly unit?: string
  /** Where the default comes from, for the documents. */
  readonly source?: string
} & FieldKind

export type FieldKind =
  | { readonly kind: 'whole'; readonly least: number; readonly most: number; readonly orNull?: boolean }
  | {
      readonly kind: 'number'
      readonly least: number
      readonly most: number
      /** If true, `least` itself is refused. */
      readonly isAbove?: boolean
      readonly orNull?: boolean
    }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'layers'; readonly least: 0 | 1 }
  /** Reads the value by a function of its own, which refuses wrong ones. */
  | { readonly kind: 'own'; readonly expected: string; readonly read: (value: unknown, place: string) => unknown }

export type Fields = Readonly<Record<string, Field>>

/**
 * Reads an object with these fields, with defaults for absent ones. Throws BAD_USER_INPUT with place, expected and found
 * value for an unknown key, a missing key, or a value of the wrong type or range.
 */
export function readFields(
  value: unknown,
  fields: Fields,
  place: string,
  readLayers?: (value: unknown, least: number, place: string) => unknown,
): Record<string, unknown> {
  const object = readObject(value, place)
  const known = Object.keys(fields)
  for (const key of Object.keys(object)) {
    if (!known.includes(key)) refuseName(place, 'has an unknown key', key, known)
  }
  const read = (key: string, field: Field): unknown => {
    const found = Object.hasOwn(object, key) ? object[key] : undefined
    const given = found === undefined ? field.default : found
    const at = `${place}.${key}`
    if (given !== undefined && field.kind === 'own') return field.read(given, at)
    if (given !== undefined && field.kind === 'layers') return readLayers?.(given, field.least, at)
    if (!isAccepted(given, field)) refuseValue(at, describeExpected(field), given)
    return given
  }
  return Object.fromEntries(known.map((key) => [key, read(key, fields[key])]))
}

/** The value as an object of JSON; refuses lists, null and anything else. */
export function readObject(value: unknown, place: string): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) refuseValue(place, 'an object', value)
  return value as Record<string, unknown>
}

/** What a field expects, for messages and documents. */
export function describeExpected(field: FieldKind): string {
  switch (field.kind) {
    case 'whole':
      return `a whole number from ${field.least} to ${field.most}${field.orNull ? ', or null' : ''}`
    case 'number': {
      const range = field.isAbove
        ? `above ${field.least}, at most ${field.most}`
        : `from ${field.least} to ${field.most}`
      return `a number ${range}${field.orNull ? ', or null' : ''}`
    }
    case 'flag':
      return 'true or false'
    case 'choice':
      return field.choices.map((choice) => JSON.stringify(choice)).join(' or ')
    case 'layers':
      return 'a list of layers'
    case 'own':
      return field.expected
  }
}

function isAccepted(value: unknown, field: FieldKind): boolean {
  switch (field.kind) {
    case 'whole':
      return (field.orNull && value === null) || (Number.isInteger(value) && isWithin(value as number, field))
    case 'number':
      return (field.orNull && value === null) || (Number.isFinite(value) && isWithin(value as number, field))
    case 'flag':
      return typeof value === 'boolean'
    case 'choice':
      return typeof value === 'string' && field.choices.includes(value)
    case 'layers':
    case 'own':
      return false
  }
}

function isWithin(
  value: number,
  { least, most, isAbove }: { least: number; most: number; isAbove?: boolean },
): boolean {
  return (isAbove ? value > least : value >= least) && value <= most
}
