import type { ArrayHeader } from './array-header.js'
import { type ByteFile, openBytes } from './byte-file.js'
import { refuseFile } from './data-error.js'
import { decodeIdxHeader, isIdx } from './idx-file.js'
import { decodeNpyHeader, isNpy, MOST_NPY_HEADER_BYTES } from './npy-file.js'
import { decodeNumbers, type NumberType } from './number-type.js'

/** An array of numbers in an IDX or a NumPy file. Its rows, which the first axis counts, are read on demand. */
export interface ArrayFile {
  readonly file: string
  readonly lengths: readonly number[]
  readonly type: NumberType
  /** Number of rows. */
  readonly count: number
  /** Calls `onRow` with the numbers of each of these rows. They are valid until it returns. */
  visit(rows: Iterable<number>, onRow: (values: Float64Array, index: number) => void): void
}

/**
 * Opens an IDX or a NumPy file, plain or compressed by gzip; the first bytes tell which. Throws an error that names the file
 * if it is missing, of another format, or has another size than its header says.
 */
export function openArray(file: string, mostBytesInMemory?: number): ArrayFile {
  const bytes = openBytes(file, mostBytesInMemory)
  const header = readHeader(bytes)
  const { lengths, type } = header
  if (lengths.length === 0) refuseFile(file, 'an array with at least one axis', 'a single number')
  const [count, ...inner] = lengths
  const values = inner.reduce((product, length) => product * length, 1)
  const size = count * values * type.bytes
  if (bytes.size - header.bytes !== size) {
    const expected = `${size} bytes (${lengths.join(' × ')} numbers of ${type.bytes}) after the header`
    refuseFile(file, expected, `${bytes.size - header.bytes}`)
  }
  if (size === 0) refuseFile(file, 'at least one number', lengths.join(' × '))
  const row = new Float64Array(values)
  return {
    file,
    lengths,
    type,
    count,
    visit(rows, onRow) {
      const rowBytes = values * type.bytes
      bytes.readParts(positionsOf(rows, header.bytes, rowBytes), rowBytes, (part, index) => {
        decodeNumbers(part, type, row)
        onRow(row, index)
      })
    },
  }
}

function* positionsOf(rows: Iterable<number>, start: number, rowBytes: number): Generator<number> {
  for (const row of rows) yield start + row * rowBytes
}

function readHeader(bytes: ByteFile): ArrayHeader {
  const { file } = bytes
  let start: Buffer = Buffer.alloc(0)
  bytes.readParts([0], Math.min(MOST_NPY_HEADER_BYTES, bytes.size), (part) => {
    start = Buffer.from(part)
  })
  if (isNpy(start)) return decodeNpyHeader(start, file)
  if (isIdx(start)) return decodeIdxHeader(start, file)
  const found =
    start.length === 0 ? 'an empty file' : `one that starts with the bytes ${start.subarray(0, 4).toString('hex')}`
  refuseFile(file, 'a NumPy file (.npy) or an IDX file', found)
}
