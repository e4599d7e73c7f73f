import { Readable } from 'node:stream'
import { type CsvError, type Info, parse } from 'csv-parse'
import { byteOrderMarkLength, findDelimiter, quoteBareWords } from './file-format.js'
import { MalformedFileError } from './malformed-file.js'
import type { Cell } from './table-cells.js'

/** A line of a table: a cell for each column, in the order of the file. */
export interface TableRecord {
  readonly cells: ReadonlyMap<string, Cell | readonly unknown[] | object>
  /** From 1; the header of a CSV is line 1. */
  readonly line: number
  readonly byteOffset: number
}

/** The records of a table, and how its numbers are written. */
export interface OpenedRecords {
  readonly records: AsyncIterable<TableRecord>
  readonly hasDecimalComma: boolean
}

/** A longer line is refused, so that memory is bounded for every file. */
const MAX_LINE_BYTES = 2 ** 20

/** The lines of a CSV under the names of its header. Throws `MalformedFileError`, with the line and the expectation. */
export function readCsv(first: Uint8Array, chunks: AsyncIterable<Uint8Array>): OpenedRecords {
  const [header] = Buffer.from(first.subarray(byteOrderMarkLength(first), MAX_LINE_BYTES))
    .toString('utf8')
    .trimStart()
    .split(/\r\n|\n|\r/, 1)
  const delimiter = findDelimiter(header)
  return { records: parseCsv(chunks, delimiter), hasDecimalComma: delimiter !== ',' }
}

async function* parseCsv(
  chunks: AsyncIterable<Uint8Array>,
  delimiter: string,
): AsyncGenerator<TableRecord, void, void> {
  const parser = parse({
    ...{ bom: true, delimiter, info: true, relax_column_count: true, relax_quotes: false, trim: true },
    ...{ skip_empty_lines: true, max_record_size: MAX_LINE_BYTES },
  })
  const source = Readable.from(chunks)
  source.on('error', (error) => parser.destroy(error))
  let names: string[] | null = null
  let start = 0
  try {
    for await (const { record, info } of source.pipe(parser) as AsyncIterable<{ record: string[]; info: Info }>) {
      const at = { line: info.lines, byteOffset: start }
      start = info.bytes
      if (names === null) names = readNames(record)
      else if (record.some((cell) => cell !== ''))
        yield { ...at, cells: unpackExport(toCells(names, record, at.line, at.byteOffset)) }
    }
  } catch (error) {
    throw toMalformed(error as Error, start)
  } finally {
    source.destroy()
  }
  if (names === null) throw new MalformedFileError(0, 'the file is empty; expected a header')
}

function readNames(record: string[]): string[] {
  const names = record.map((name, i) => (name === '' ? `column ${i + 1}` : name))
  const repeated = names.find((name, i) => names.indexOf(name) !== i)
  if (repeated) throw new MalformedFileError(0, `header: the column ${JSON.stringify(repeated)} occurs twice`)
  return names
}

/** A CSV of exported runs has objects and lists as JSON texts. */
function unpackExport(cells: TableRecord['cells']): TableRecord['cells'] {
  return isExportOfRuns(cells) ? unpackTexts(cells) : cells
}

/** Whether a table with these columns is `runs.csv` or `runs.parquet` of an export. */
export function isExportOfRuns(columns: { has(name: string): boolean }): boolean {
  return columns.has('activationId') && columns.has('createdAt')
}

/** The cells of an exported run, with objects and lists in place of their JSON texts. */
export function unpackTexts(cells: TableRecord['cells']): TableRecord['cells'] {
  const unpack = (name: string, cell: unknown) => {
    if (!['metadata', 'learnedParameters'].includes(name) || typeof cell !== 'string') return cell
    if (cell === '') return null
    try {
      return JSON.parse(cell)
    } catch {
      return cell
    }
  }
  return new Map([...cells].map(([name, cell]) => [name, unpack(name, cell)]))
}

function toCells(names: readonly string[], record: readonly string[], line: number, byteOffset: number) {
  if (record.slice(names.length).some((cell) => cell !== '')) {
    throw new MalformedFileError(
      byteOffset,
      `line ${line}: expected ${names.length} cells as in the header, got ${record.length}; put an expression that contains the delimiter in quotes: "max(x,tanh(x))"`,
    )
  }
  return new Map(names.map((name, i) => [name, record[i]]))
}

function toMalformed(error: Error, byteOffset: number): Error {
  const { code, lines } = error as CsvError & { lines?: number }
  if (error instanceof MalformedFileError || !code?.startsWith('CSV_')) return error
  const problem = CSV_PROBLEMS[code] ?? error.message
  return new MalformedFileError(byteOffset, `line ${lines ?? 1} or later: ${problem}`)
}

const CSV_PROBLEMS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed before the end of the file',
  CSV_INVALID_CLOSING_QUOTE:
    'a closing quote is followed by text; expected the delimiter; write a quote within quotes as ""',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell; expected quotes around the whole cell',
  CSV_MAX_RECORD_SIZE: `the line is too long; expected at most ${MAX_LINE_BYTES} bytes`,
}

/** The objects of JSON Lines. Throws `MalformedFileError` for a line that holds something else. */
export function readJsonLines(chunks: AsyncIterable<Uint8Array>): OpenedRecords {
  return { records: parseLines(chunks), hasDecimalComma: false }
}

async function* parseLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TableRecord, void, void> {
  let rest = Buffer.alloc(0)
  let byteOffset = 0
  let line = 0
  const parseOne = (bytes: Buffer): TableRecord | null => {
    line++
    const start = byteOffset + (byteOffset === 0 ? byteOrderMarkLength(bytes) : 0)
    const text = bytes.subarray(start - byteOffset).toString('utf8')
    return text.trim() === '' ? null : { line, byteOffset: start, cells: parseObject(text, line, start) }
  }
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk])
    let from = 0
    for (let end = rest.indexOf(0x0a, from); end >= 0; end = rest.indexOf(0x0a, from)) {
      const record = parseOne(rest.subarray(from, end))
      byteOffset += end + 1 - from
      from = end + 1
      if (record) yield record
    }
    rest = rest.subarray(from)
    if (rest.length > MAX_JSON_LINE_BYTES) {
      throw new MalformedFileError(
        byteOffset,
        `line ${line + 1}: too long; expected at most ${MAX_JSON_LINE_BYTES} bytes`,
      )
    }
  }
  const record = parseOne(rest)
  if (record) yield record
}

/** A line with the spectrum of a large network has some 200 kB. */
const MAX_JSON_LINE_BYTES = 2 ** 24

function parseObject(text: string, line: number, byteOffset: number): TableRecord['cells'] {
  let value: unknown
  try {
    value = JSON.parse(quoteBareWords(text))
  } catch (error) {
    throw new MalformedFileError(byteOffset, `line ${line}: not JSON; expected an object (${(error as Error).message})`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedFileError(byteOffset, `line ${line}: expected an object, got ${text.trim().slice(0, 40)}`)
  }
  return new Map(Object.entries(value))
}
