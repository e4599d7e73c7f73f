import { METRIC_ENTRIES, type MetricKey, type MetricProperty, type Metrics } from '../metrics.js'
import { formatFloat, formatFloat32s, shortestFloat32 } from './writing/format-float.js'

/** The key of each metric in an Act-Bench file, and the name of its field: one mapping for import and export. */
export const METRIC_KEYS = Object.fromEntries(METRIC_ENTRIES.map(({ fileKey, property }) => [fileKey, property])) as {
  readonly [Key in MetricKey]: MetricProperty
}

export const EQUIVALENTS_KEY = 'Equivalent Activation Functions'
export const SPECTRUM_KEY = 'Fisher log eigenvalue CDF'

/** One entry of an Act-Bench file. */
export interface ActBenchEntry {
  readonly expression: string
  readonly metrics: Metrics
  readonly equivalents: readonly string[]
  /** Null if the file has no spectrum. */
  readonly spectrum: Float32Array | null
}

/** The entry as the value of its expression in an Act-Bench file. */
export function toActBenchValue({ metrics, equivalents, spectrum }: ActBenchEntry): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const [key, name] of Object.entries(METRIC_KEYS)) value[key] = metrics[name]
  value[EQUIVALENTS_KEY] = equivalents
  if (spectrum) value[SPECTRUM_KEY] = Array.from(spectrum, shortestFloat32)
  return value
}

/** The same as JSON text, as it stands in an exported file: every number is written as a float. */
export function formatActBenchValue({ metrics, equivalents, spectrum }: Omit<ActBenchEntry, 'expression'>): string {
  const fields = Object.entries(METRIC_KEYS).map(
    ([key, name]) => `${JSON.stringify(key)}:${formatFloat(metrics[name])}`,
  )
  fields.push(`${JSON.stringify(EQUIVALENTS_KEY)}:${JSON.stringify(equivalents)}`)
  if (spectrum) fields.push(`${JSON.stringify(SPECTRUM_KEY)}:${formatFloat32s(spectrum)}`)
  return `{${fields.join(',')}}`
}

/** Reads the value of an expression; throws an error that names the malformed key. */
export function parseActBenchValue(expression: string, value: unknown): ActBenchEntry {
  const fields = (value ?? {}) as Record<string, unknown>
  const metrics: Record<string, number | null> = {}
  for (const [key, name] of Object.entries(METRIC_KEYS)) metrics[name] = getValidNumber(expression, key, fields[key])
  const equivalents = fields[EQUIVALENTS_KEY] ?? []
  if (!Array.isArray(equivalents) || equivalents.some((text) => typeof text !== 'string')) {
    throw new Error(`${expression}: ${EQUIVALENTS_KEY}: expected a list of expressions`)
  }
  const spectrum = fields[SPECTRUM_KEY] ?? null
  if (spectrum !== null && (!Array.isArray(spectrum) || spectrum.some((number) => typeof number !== 'number'))) {
    throw new Error(`${expression}: ${SPECTRUM_KEY}: expected a list of numbers`)
  }
  return {
    expression,
    metrics: metrics as unknown as Metrics,
    equivalents,
    spectrum: spectrum && Float32Array.from(spectrum as number[]),
  }
}

function getValidNumber(expression: string, key: string, value: unknown): number | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return value
  throw new Error(`${expression}: ${key}: expected a number, got ${JSON.stringify(value)}`)
}
