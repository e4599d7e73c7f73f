import { findMetric } from '../api-client/metric-names.js'

/** The input of `reportEvaluation`, besides the suggestion and the key. */
export type Report = Readonly<Record<string, unknown>>

/** The service keeps at most 8 kB. */
const LONGEST_METADATA = 8000
const LONGEST_FAILURE = 1500

/**
 * Reads the result that a program printed: a number, which is the validation accuracy, or a JSON object of metrics in
 * any usual spelling. Other members of the object become metadata. A text that is none of these is a failure.
 */
export function readReport(text: string): Report {
  const value = parse(text)
  const expected = 'expected a number or a JSON object of metrics such as {"validationAccuracy": 0.9}'
  if (typeof value === 'number') return toReport({ validationAccuracy: value }, text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return toReport(value as Record<string, unknown>, text)
  }
  const said = text.trim() === '' ? 'nothing' : JSON.stringify(text.trim().slice(0, 200))
  return toFailure(`result: the program said nothing of its function; ${expected}, got ${said}`)
}

export function toFailure(text: string): Report {
  return { failure: text.trim().slice(-LONGEST_FAILURE) || 'the program failed' }
}

function parse(text: string): unknown {
  const plain = text.trim()
  if (/^[+-]?(?:nan|inf(?:inity)?)$/i.test(plain)) return Number.NaN
  if (plain !== '' && Number.isFinite(Number(plain))) return Number(plain)
  try {
    return JSON.parse(plain)
  } catch {
    try {
      // Python writes these although JSON does not have them. Texts stay as they are.
      return JSON.parse(plain.replace(/"(?:[^"\\]|\\.)*"|NaN|-?Infinity/g, (part) => (part[0] === '"' ? part : 'null')))
    } catch {
      return null
    }
  }
}

function toReport(said: Readonly<Record<string, unknown>>, text: string): Report {
  if (typeof said.failure === 'string') return toFailure(said.failure)
  const metrics: Record<string, number> = {}
  const metadata: Record<string, unknown> = isObject(said.metadata) ? { ...said.metadata } : {}
  for (const [name, value] of Object.entries(said)) {
    const property = findMetric(name)?.property
    if (property === undefined) {
      if (name !== 'metadata') metadata[name] = value
    } else if (typeof value === 'number' && Number.isFinite(value)) metrics[property] = value
  }
  if (metrics.validationAccuracy === undefined) {
    return toFailure(`result: expected a validationAccuracy from 0 to 1, got ${text.trim().slice(0, 200)}`)
  }
  const isSmall = Buffer.byteLength(JSON.stringify(metadata)) <= LONGEST_METADATA
  return { ...metrics, ...(Object.keys(metadata).length > 0 && isSmall && { metadata }) }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
