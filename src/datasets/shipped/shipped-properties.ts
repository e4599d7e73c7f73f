import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import {
  type ActivationProperties,
  PROPERTIES_VERSION,
  PROPERTY_NAMES,
} from '../../activations/properties/compute-properties.js'

/** Properties by expression in canonical form. */
export type ShippedProperties = ReadonlyMap<string, ActivationProperties>

export const PROPERTIES_FILE = 'properties.json.gz'

/** Reads the properties that ship with the product. Without the file, or with one of another version, there are none. */
export function readShippedProperties(seedFolder: string): ShippedProperties {
  const path = join(seedFolder, PROPERTIES_FILE)
  if (!existsSync(path)) return new Map()
  const { version, functions } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as PropertiesFile
  if (version !== PROPERTIES_VERSION) return new Map()
  return new Map(Object.entries(functions).map(([expression, row]) => [expression, unpack(row)]))
}

/** Writes the file, one function a line, and returns its size in bytes. Equal properties give equal bytes. */
export function writeShippedProperties(seedFolder: string, properties: ShippedProperties): number {
  const lines = [...properties].map(
    ([expression, found]) => `${JSON.stringify(expression)}:${JSON.stringify(pack(found))}`,
  )
  const text = `{"version":${PROPERTIES_VERSION},"functions":{\n${lines.join(',\n')}\n}}\n`
  const bytes = gzipSync(text, { level: 9 })
  writeFileSync(join(seedFolder, PROPERTIES_FILE), bytes)
  return bytes.length
}

interface PropertiesFile {
  readonly version: number
  readonly functions: Readonly<Record<string, Row>>
}

/** The properties that hold and those that samples decided, as bits in the order of PROPERTY_NAMES; then the numbers. */
type Row = readonly [
  holds: number,
  sampled: number,
  turningPoints: number,
  valueAtZero: number | null,
  derivativeAtZero: number | null,
  leftSlope: number | null,
  rightSlope: number | null,
]

function pack(found: ActivationProperties): Row {
  const bits = (isSet: (name: (typeof PROPERTY_NAMES)[number]) => boolean) =>
    PROPERTY_NAMES.reduce((sum, name, i) => sum + (isSet(name) ? 2 ** i : 0), 0)
  return [
    bits((name) => found[name]),
    bits((name) => found.sampled.includes(name)),
    found.turningPoints,
    found.valueAtZero,
    found.derivativeAtZero,
    found.leftSlope,
    found.rightSlope,
  ]
}

function unpack(row: Row): ActivationProperties {
  const [holds, sampled, turningPoints, valueAtZero, derivativeAtZero, leftSlope, rightSlope] = row
  const [isEven, isOdd, isMonotone, isBounded, isSmooth] = PROPERTY_NAMES.map((_, i) => ((holds >> i) & 1) === 1)
  return {
    ...{ isEven, isOdd, isMonotone, isBounded, isSmooth, valueAtZero, derivativeAtZero, leftSlope, rightSlope },
    turningPoints,
    sampled: PROPERTY_NAMES.filter((_, i) => ((sampled >> i) & 1) === 1),
  }
}
