import { formatExpression } from '../../activations/expression.js'
import { parseExpression } from '../../activations/parse-expression.js'
import { isMetricValue, type Metrics } from '../../metrics.js'
import { EQUIVALENTS_KEY, METRIC_KEYS, SPECTRUM_KEY } from '../act-bench.js'
import { JsonCursor } from './json-cursor.js'
import type { CutRow } from './row-cutter.js'
import { findSpectrumProblem } from './spectrum-problem.js'

/** A problem of a row and its consequence. */
export interface RowIssue {
  readonly code: IssueCode
  /** The key of the row, cut to 200 characters. */
  readonly key: string
  /** Offset in the uncompressed file, from 0, of the wrong byte, or of the row if something is missing. */
  readonly byteOffset: number
  readonly message: string
  /** The line of a table, from 1. */
  readonly line?: number
  /** For an expression that does not parse: a similar text that does, if there is one. */
  readonly suggestion?: string
  /** Whether the row still becomes an evaluation. */
  readonly isKept: boolean
}

export type IssueCode =
  | 'UNUSABLE_EXPRESSION'
  | 'NOT_AN_OBJECT'
  | 'REPEATED_KEY'
  | 'MISSING_METRIC'
  | 'UNUSABLE_METRIC'
  | 'UNUSABLE_EQUIVALENT'
  | 'WRONG_EQUIVALENT'
  | 'NEGATIVE_LOSS'
  | 'UNUSABLE_SPECTRUM'
  | 'WRONG_SPECTRUM_LENGTH'
  | 'UNKNOWN_KEY'
  | 'UNKNOWN_COLUMN'
  | 'UNUSABLE_SEED'
  | 'PERCENTAGES'
  | 'NO_METRIC'
  | 'REPEATED_RUN'
  | 'REPEATED_SPECTRUM'
  | 'UNUSABLE_METADATA'

/** A row of an Act-Bench file: its usable values, its issues, and its original bytes. */
export interface SourceRow {
  readonly source: CutRow
  /** The canonical text of the key; null if the key is not a known expression or the value is not an object. */
  readonly expression: string | null
  readonly key: string
  readonly metrics: Metrics
  /** Canonical texts, each once, in the order of the file, with the key of the row first. */
  readonly equivalents: readonly string[]
  /** Offset in the uncompressed file of each equivalent that the row lists. */
  readonly equivalentOffsets: ReadonlyMap<string, number>
  readonly spectrum: Float32Array | null
  readonly spectrumOffset: number
  readonly issues: readonly RowIssue[]
}

/** Reads a row that was cut out. Throws `MalformedFileError` if it is not JSON. Any other problem is an issue of the row. */
export function parseRow(source: CutRow): SourceRow {
  const cursor = new JsonCursor(source.bytes, source.byteOffset)
  const key = cursor.readString()
  cursor.pass(0x3a)
  const issues: RowIssue[] = []
  const note = (code: IssueCode, at: number, message: string) =>
    void issues.push({ code, key: key.slice(0, 200), byteOffset: source.byteOffset + at, message, isKept: true })
  const expression = toCanonical(key, (problem) => {
    note('UNUSABLE_EXPRESSION', 0, `the key is not an expression over the known operators: ${problem}`)
  })
  const fields: Fields = { metrics: {}, equivalents: new Map(), spectrum: null, spectrumOffset: source.byteOffset }
  const isObject = cursor.peek() === 0x7b
  if (isObject) readFields(cursor, fields, note)
  else {
    note('NOT_AN_OBJECT', cursor.position, 'the value is not an object')
    cursor.skipValue()
  }
  if (cursor.peek() !== undefined) throw cursor.expected("',' or '}'")
  for (const [name, field] of isObject ? METRIC_NAMES : []) {
    if (!(field in fields.metrics)) note('MISSING_METRIC', 0, `${name} is missing`)
  }
  const isUsable = expression !== null && isObject
  return {
    ...{ source, key, spectrum: fields.spectrum, spectrumOffset: fields.spectrumOffset },
    expression: isUsable ? expression : null,
    metrics: { ...NO_METRICS, ...fields.metrics },
    equivalents: [...new Set([...(expression === null ? [] : [expression]), ...fields.equivalents.keys()])],
    equivalentOffsets: fields.equivalents,
    issues: isUsable ? issues : issues.map((issue) => ({ ...issue, isKept: false })),
  }
}

interface Fields {
  metrics: Partial<Record<keyof Metrics, number | null>>
  equivalents: Map<string, number>
  spectrum: Float32Array | null
  spectrumOffset: number
}

type Note = (code: IssueCode, at: number, message: string) => void

/** If a key occurs twice, the last one counts, as in Python. */
function readFields(cursor: JsonCursor, fields: Fields, note: Note): void {
  cursor.pass(0x7b)
  if (cursor.peek() === 0x7d) {
    cursor.position++
    return
  }
  for (;;) {
    cursor.peek()
    const at = cursor.position
    const name = cursor.readString()
    cursor.pass(0x3a)
    if (Object.hasOwn(METRIC_KEYS, name)) readMetric(cursor, name as keyof typeof METRIC_KEYS, fields, note)
    else if (name === EQUIVALENTS_KEY) readEquivalents(cursor, fields, note)
    else if (name === SPECTRUM_KEY) readSpectrum(cursor, fields, note)
    else {
      note('UNKNOWN_KEY', at, `unknown key ${JSON.stringify(name.slice(0, 80))}`)
      cursor.skipValue()
    }
    const next = cursor.peek()
    if (next !== 0x2c && next !== 0x7d) throw cursor.expected("',' or '}'")
    cursor.position++
    if (next === 0x7d) return
  }
}

function readMetric(cursor: JsonCursor, name: keyof typeof METRIC_KEYS, fields: Fields, note: Note): void {
  const field = METRIC_KEYS[name]
  const start = cursor.peek()
  const at = cursor.position
  const isNumber = start !== undefined && /[-0-9NI]/.test(String.fromCharCode(start))
  const value = isNumber ? cursor.readNumber() : null
  if (!isNumber) cursor.skipValue()
  const isValid = value !== null && isMetricValue(field, value)
  fields.metrics[field] = isValid ? value : null
  if (isValid && value < 0) note('NEGATIVE_LOSS', at, `${name} is ${value}; a mean cross-entropy is never negative`)
  if (isValid || isNull(cursor, at)) return
  const found = Buffer.from(cursor.bytes.subarray(at, Math.min(cursor.position, at + 40))).toString('utf8')
  note('UNUSABLE_METRIC', at, `${name} is ${found}`)
}

function readEquivalents(cursor: JsonCursor, fields: Fields, note: Note): void {
  fields.equivalents = new Map()
  if (cursor.peek() !== 0x5b) {
    const at = cursor.position
    cursor.skipValue()
    if (!isNull(cursor, at)) note('UNUSABLE_EQUIVALENT', at, `${EQUIVALENTS_KEY} is not a list`)
    return
  }
  cursor.position++
  if (cursor.peek() === 0x5d) {
    cursor.position++
    return
  }
  for (;;) {
    const isText = cursor.peek() === 0x22
    const at = cursor.position
    const text = isText ? cursor.readString() : null
    if (text === null) cursor.skipValue()
    const refuse = (problem: string) =>
      note('UNUSABLE_EQUIVALENT', at, `an equivalent is not an expression over the known operators: ${problem}`)
    if (text === null) refuse('it is not a text')
    const canonical = text === null ? null : toCanonical(text, refuse)
    if (canonical !== null && !fields.equivalents.has(canonical)) fields.equivalents.set(canonical, cursor.base + at)
    const next = cursor.peek()
    if (next !== 0x2c && next !== 0x5d) throw cursor.expected("',' or ']'")
    cursor.position++
    if (next === 0x5d) return
  }
}

function readSpectrum(cursor: JsonCursor, fields: Fields, note: Note): void {
  const isList = cursor.peek() === 0x5b
  const at = cursor.position
  const values = isList ? cursor.readFloat32List() : null
  fields.spectrumOffset = cursor.base + at
  const problem = values && findSpectrumProblem(values)
  fields.spectrum = problem === null ? values : null
  if (!values) {
    cursor.position = at
    cursor.skipValue()
  }
  if (fields.spectrum || isNull(cursor, at)) return
  note('UNUSABLE_SPECTRUM', at, `${SPECTRUM_KEY} is ${problem ?? 'not a list of numbers'}`)
}

/** Whether the value that was just read is null, which marks a missing value. */
function isNull(cursor: JsonCursor, at: number): boolean {
  return cursor.bytes[at] === 0x6e
}

/** The canonical text of an expression; null, after `refuse` was told why, if it does not parse. */
function toCanonical(text: string, refuse: (problem: string) => void): string | null {
  try {
    return formatExpression(parseExpression(text))
  } catch (error) {
    refuse((error as Error).message.replace(/^expression: /, '').slice(0, MAX_PROBLEM_LENGTH))
    return null
  }
}

/** A report may have a line for each of millions of rows. */
const MAX_PROBLEM_LENGTH = 300

const METRIC_NAMES = Object.entries(METRIC_KEYS)
const NO_METRICS = Object.fromEntries(METRIC_NAMES.map(([, field]) => [field, null])) as unknown as Metrics
