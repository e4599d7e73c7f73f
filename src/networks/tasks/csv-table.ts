import { parse } from 'csv-parse/sync'
import { readBytes } from './byte-file.js'
import { refuseFile } from './data-error.js'

/** A table of numbers, with one column of classes. */
export interface CsvTable {
  readonly file: string
  /** Names of the columns with numbers, in the order of the file. */
  readonly columns: readonly string[]
  readonly count: number
  /** All numbers, row by row. */
  readonly values: Float64Array
  /** The text of the class of each row. */
  readonly labels: readonly string[]
  /** The line of each row in the file, from 1. */
  readonly lines: Uint32Array
}

export interface CsvOptions {
  /** Name of the column with the classes. */
  readonly label: string
  /** Names of columns that are neither numbers nor classes. */
  readonly ignored: readonly string[]
}

/** Numbers of a table, which are kept in memory. */
const MOST_NUMBERS = 2 ** 27
const LINE_FEED = 0x0a

/**
 * Reads a CSV file with a header, plain or compressed by gzip. Its delimiter is a comma, a semicolon or a tab. With the last
 * two, numbers may have a decimal comma. Throws an error with the file, the line, the expected and the found value if a
 * column is missing, a line has another number of cells, or a cell is not a number.
 */
export function readCsvTable(file: string, { label, ignored }: CsvOptions): CsvTable {
  const bytes = skipByteOrderMark(readBytes(file))
  const lines = linesOf(bytes)
  const first = lines.next()
  if (first.done) refuseFile(file, 'a header with names of columns', 'an empty file')
  const delimiter = findDelimiter(first.value.text)
  const names = splitLine(file, first.value, delimiter)
  checkNames(file, names)
  const labelAt = findColumn(file, names, label)
  const ignoredAt = new Set(ignored.map((name) => findColumn(file, names, name)))
  const numbersAt = names.flatMap((_, i) => (i === labelAt || ignoredAt.has(i) ? [] : [i]))
  if (numbersAt.length === 0) refuseFile(file, `columns with numbers next to '${label}'`, 'none')
  const most = countLines(bytes)
  if (most * numbersAt.length > MOST_NUMBERS) {
    refuseFile(
      file,
      `at most ${MOST_NUMBERS} numbers (write larger data as NPY)`,
      `${most} lines of ${numbersAt.length}`,
    )
  }
  const values = new Float64Array(most * numbersAt.length)
  const lineNumbers = new Uint32Array(most)
  const labels: string[] = []
  for (const line of lines) {
    const cells = splitLine(file, line, delimiter)
    if (cells.length !== names.length) {
      refuseFile(`${file}: line ${line.number}`, `${names.length} cells as in the header`, String(cells.length))
    }
    const start = labels.length * numbersAt.length
    for (const [i, column] of numbersAt.entries()) {
      values[start + i] = parseNumber(
        cells[column],
        delimiter,
        () => `${file}: line ${line.number}, column '${names[column]}'`,
      )
    }
    lineNumbers[labels.length] = line.number
    labels.push(cells[labelAt].trim())
  }
  const count = labels.length
  if (count === 0) refuseFile(file, 'rows after the header', 'none')
  return {
    file,
    columns: numbersAt.map((i) => names[i].trim()),
    count,
    values: values.subarray(0, count * numbersAt.length),
    labels,
    lines: lineNumbers.subarray(0, count),
  }
}

interface Line {
  readonly text: string
  /** From 1. */
  readonly number: number
}

/** The lines that are not blank. */
function* linesOf(bytes: Buffer): Generator<Line, void, undefined> {
  let number = 0
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, start)
    const end = found < 0 ? bytes.length : found
    number++
    const text = bytes.toString('utf8', start, end).replace(/\r$/, '')
    start = end + 1
    if (text.trim() !== '') yield { text, number }
  }
}

function countLines(bytes: Buffer): number {
  let count = 1
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count++
  return count
}

function skipByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

/** The most frequent candidate of the header. */
function findDelimiter(header: string): string {
  const counts = [',', ';', '\t'].map((each) => ({ each, count: header.split(each).length }))
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).each
}

function splitLine(file: string, { text, number }: Line, delimiter: string): string[] {
  if (!text.includes('"')) return text.split(delimiter)
  try {
    const [cells] = parse(text, { delimiter, relax_column_count: true }) as string[][]
    return cells
  } catch {
    refuseFile(`${file}: line ${number}`, 'quotes around whole cells, closed on the same line', text.slice(0, 80))
  }
}

function checkNames(file: string, names: readonly string[]): void {
  if (names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)))) {
    refuseFile(file, 'a header with names of columns in line 1', 'numbers')
  }
  const repeated = names.find((name, i) => names.indexOf(name) !== i)
  if (repeated !== undefined) refuseFile(file, 'different names of columns in line 1', `'${repeated}' twice`)
}

function findColumn(file: string, names: readonly string[], name: string): number {
  const index = names.findIndex((each) => each.trim() === name)
  if (index < 0) {
    const shown = names.length > 12 ? [...names.slice(0, 10), '...', names[names.length - 1]] : names
    refuseFile(file, `a column '${name}'`, `the columns ${shown.join(', ')}`)
  }
  return index
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function parseNumber(cell: string, delimiter: string, place: () => string): number {
  const text = delimiter === ',' ? cell.trim() : cell.trim().replace(',', '.')
  const value = NUMBER.test(text) ? Number(text) : Number.NaN
  if (!Number.isFinite(value))
    refuseFile(place(), 'a finite number', text === '' ? 'an empty cell' : `'${text.slice(0, 40)}'`)
  return value
}
