import { MalformedFileError } from './malformed-file.js'
import { toField } from './table-fields.js'

/** A file of one JSON object in the Act-Bench format, or a table with one run on each line or in each row. */
export type FileFormat = 'ACT_BENCH' | 'CSV' | 'JSON_LINES' | 'PARQUET'

export const READ_FORMATS =
  'the Act-Bench format (one JSON object whose keys are expressions), CSV with a header or JSON Lines, in UTF-8, plain or gzip; or Parquet'

/** Number of bytes of a byte order mark at the start of UTF-8 text. */
export function byteOrderMarkLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

/** Whether a file begins as Parquet does, with PAR1. */
export function isParquet(first: Uint8Array): boolean {
  return [0x50, 0x41, 0x52, 0x31].every((byte, i) => first[i] === byte)
}

/** The format of a file, from its first bytes. Throws `MalformedFileError`, which names the formats, for any other file. */
export function detectFormat(first: Uint8Array): FileFormat {
  if (isParquet(first)) return 'PARQUET'
  const start = byteOrderMarkLength(first)
  const other = nameOtherFormat(first)
  if (other) throw new MalformedFileError(0, `expected ${READ_FORMATS}; got ${other}`)
  const text = Buffer.from(first.subarray(start, start + HEAD_BYTES)).toString('utf8')
  const begin = text.trimStart()
  if (begin === '') return 'ACT_BENCH'
  if (begin.startsWith('{')) return isRecord(begin) ? 'JSON_LINES' : 'ACT_BENCH'
  const [header] = begin.split(/\r\n|\n|\r/, 1)
  if (splitHeader(header).some((name) => toField(name) !== null)) return 'CSV'
  const shown = JSON.stringify(header.slice(0, 60))
  throw new MalformedFileError(start, `expected ${READ_FORMATS}; got a file that begins with ${shown}`)
}

/** The delimiter of a header: the most frequent one outside quotes. */
export function findDelimiter(header: string): ',' | ';' | '\t' {
  const bare = header.replace(/"(?:[^"]|"")*"/g, '')
  const counts = ([',', ';', '\t'] as const).map((delimiter) => [bare.split(delimiter).length, delimiter] as const)
  return counts.sort((a, b) => b[0] - a[0])[0][1]
}

const HEAD_BYTES = 65_536

function splitHeader(header: string): string[] {
  return header.split(findDelimiter(header)).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
}

/**
 * Whether a text that begins with an object is JSON Lines: its first line is an object with an expression, or is too long to
 * tell and begins with the name of a column. The keys of an Act-Bench file are expressions, and their values objects.
 */
function isRecord(text: string): boolean {
  const [line] = text.split('\n', 1)
  try {
    const value = JSON.parse(quoteBareWords(line))
    return Object.entries(value).some(([name, cell]) => toField(name) === 'expression' && typeof cell === 'string')
  } catch {
    const key = /^\{\s*"((?:[^"\\]|\\.)*)"\s*:\s*[^{\s]/.exec(text)
    return key !== null && toField(key[1]) !== null
  }
}

/** JSON without the bare words NaN and Infinity, which Python writes: they become strings. */
export function quoteBareWords(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|-?\b(?:NaN|Infinity)\b/g, (word, quoted) => quoted ?? `"${word}"`)
}

/** Formats that people try, by their first bytes. */
function nameOtherFormat(bytes: Uint8Array): string | null {
  const begins = (...expected: number[]) => expected.every((byte, i) => bytes[i] === byte)
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) return 'UTF-16 text; save the file as UTF-8'
  if (begins(0x50, 0x41, 0x52, 0x45)) return 'an encrypted Parquet file'
  if (begins(0x50, 0x4b)) return 'a zip archive or an Excel workbook; save it as CSV'
  if (begins(0x93, 0x4e, 0x55, 0x4d)) return 'a NumPy array'
  if (begins(0x89, 0x48, 0x44, 0x46)) return 'HDF5'
  if (bytes.subarray(0, 1000).includes(0)) return 'a binary file, or UTF-16 text; save it as UTF-8'
  const text = Buffer.from(bytes.subarray(byteOrderMarkLength(bytes), 200))
    .toString('utf8')
    .trimStart()
  if (text.startsWith('[')) return 'a JSON list; write one object on each line'
  if (text.startsWith('<')) return 'HTML or XML'
  return null
}
