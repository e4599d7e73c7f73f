import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { MalformedFileError } from '../../datasets/reading/malformed-file.js'
import { readCsv, readJsonLines, type TableRecord } from '../../datasets/reading/table-records.js'
import { ActbenchError } from '../../errors.js'
import { refuseInput } from '../validate-input.js'

/** A row that is not checked yet, with its place for errors. */
export interface UncheckedRow {
  readonly place: RowPlace
  readonly expression: unknown
  readonly mean: unknown
  readonly standardDeviation: unknown
}

export interface RowPlace {
  /** Counted from 0. */
  readonly row: number
  /** Of a file, counted from 1; null in a list. */
  readonly line: number | null
}

/** Largest size of a file after decompression, in bytes. */
const MAX_FILE_BYTES = 2 ** 23
/** Base64 of the first three bytes of gzip. */
const GZIP = 'H4sI'
const DEVIATION_NAMES = ['standardDeviation', 'standard_deviation']

const decompress = promisify(gunzip)

/**
 * The rows of a file: CSV with a header or JSON Lines, plain, or gzip in base64. Columns are `expression`, `mean` and
 * `standardDeviation`; others are ignored. The rows throw BAD_USER_INPUT with the line if the file is malformed.
 */
export async function* openUploadedFile(text: string): AsyncGenerator<UncheckedRow, void, void> {
  const bytes = text.startsWith(GZIP) ? await unpack(text) : Buffer.from(text)
  if (bytes.length > MAX_FILE_BYTES) refuseInput('file', `at most ${MAX_FILE_BYTES} bytes`, `${bytes.length} bytes`)
  const chunks = toChunks(bytes)
  const isJson = bytes
    .subarray(0, 1024)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
    .startsWith('{')
  const { records, hasDecimalComma } = isJson ? readJsonLines(chunks) : readCsv(bytes, chunks)
  let row = 0
  try {
    for await (const record of records) yield toRow(record, row++, { isCsv: !isJson, hasDecimalComma })
  } catch (error) {
    if (error instanceof MalformedFileError) refuseFile(error.problem)
    throw error
  }
}

/**
 * Number of characters of an uploaded file: gzip ends with the size of its content, and other sizes are refused when it is
 * unpacked.
 */
export function countFileCharacters(text: string): number {
  if (!text.startsWith(GZIP)) return text.length
  const end = Buffer.from(text.slice(-12), 'base64')
  return end.length < 4 ? text.length : end.readUInt32LE(end.length - 4)
}

async function unpack(text: string): Promise<Buffer> {
  try {
    const bytes = await decompress(Buffer.from(text, 'base64'), { maxOutputLength: MAX_FILE_BYTES })
    // Several files of gzip in a row would cost as much as the last one.
    if (bytes.length === countFileCharacters(text)) return bytes
    throw new Error('it holds more than one file')
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    if (code === 'ERR_BUFFER_TOO_LARGE') refuseInput('file', `at most ${MAX_FILE_BYTES} bytes`, 'more')
    return refuseFile(`expected gzip in base64, got a text that cannot be unpacked (${message})`)
  }
}

async function* toChunks(bytes: Buffer): AsyncGenerator<Uint8Array, void, void> {
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536)
}

interface CellForm {
  readonly isCsv: boolean
  readonly hasDecimalComma: boolean
}

function toRow({ cells, line }: TableRecord, row: number, form: CellForm): UncheckedRow {
  for (const name of ['expression', 'mean']) {
    if (row === 0 && !cells.has(name)) {
      const names = [...cells.keys()].map((other) => JSON.stringify(other)).join(', ')
      refuseFile(
        `line ${form.isCsv ? 1 : line}: expected the columns expression, mean and standardDeviation, got ${names}`,
      )
    }
  }
  const deviation = DEVIATION_NAMES.find((name) => cells.has(name))
  return {
    place: { row, line },
    expression: cells.get('expression'),
    mean: toNumber(cells.get('mean'), form),
    standardDeviation: deviation === undefined ? null : (toNumber(cells.get(deviation), form) ?? null),
  }
}

/** The number that a cell of a CSV holds, null for an empty one, and anything else as it is. */
function toNumber(cell: unknown, { isCsv, hasDecimalComma }: CellForm): unknown {
  if (!isCsv || typeof cell !== 'string') return cell
  if (cell === '') return null
  const text = hasDecimalComma ? cell.replace(',', '.') : cell
  return NUMBER.test(text) ? Number(text) : cell
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function refuseFile(problem: string): never {
  throw new ActbenchError('BAD_USER_INPUT', `file: ${problem}`, { argument: 'file' })
}
