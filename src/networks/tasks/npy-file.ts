import type { ArrayHeader } from './array-header.js'
import { refuseFile } from './data-error.js'
import type { NumberType } from './number-type.js'

const MAGIC = Buffer.from('\x93NUMPY', 'latin1')

/** Whether these first bytes are those of a NumPy file. */
export function isNpy(start: Buffer): boolean {
  return start.subarray(0, MAGIC.length).equals(MAGIC)
}

/**
 * Reads the header of a NumPy file (format 1.0 to 3.0). Throws an error that names the file if it is malformed, in Fortran
 * order, or has numbers of another type than whole numbers and floats of 4 or 8 bytes.
 */
export function decodeNpyHeader(start: Buffer, file: string): ArrayHeader {
  const major = start[6]
  if (major === undefined || major < 1 || major > 3)
    refuseFile(file, 'version 1, 2 or 3 of the NPY format', String(major))
  const lengthBytes = major === 1 ? 2 : 4
  const bytes = 8 + lengthBytes + (start.length < 12 ? 0 : major === 1 ? start.readUInt16LE(8) : start.readUInt32LE(8))
  const text = start.subarray(8 + lengthBytes, bytes).toString('latin1')
  if (start.length < bytes) refuseFile(file, `a header of ${bytes} bytes`, `${start.length} bytes`)
  const type = matchOne(file, text, 'descr', /'descr':\s*'([^']*)'/)
  const order = matchOne(file, text, 'fortran_order', /'fortran_order':\s*(True|False)/)
  const shape = matchOne(file, text, 'shape', /'shape':\s*\(([\d\s,L]*)\)/)
  if (order === 'True') refuseFile(file, 'C order (numpy.ascontiguousarray writes it)', 'Fortran order')
  const lengths = shape
    .split(',')
    .map((length) => length.trim())
    .filter((length) => length !== '')
    .map((length) => Number.parseInt(length, 10))
  return { format: 'NPY', lengths, type: parseType(file, type), bytes }
}

/** Number of bytes at the start of a file that `decodeNpyHeader` needs at most. */
export const MOST_NPY_HEADER_BYTES = 4096

function matchOne(file: string, header: string, field: string, pattern: RegExp): string {
  const [, value] = pattern.exec(header) ?? []
  if (value === undefined)
    refuseFile(file, `a NumPy header with '${field}'`, JSON.stringify(header.trim().slice(0, 80)))
  return value
}

const KINDS = { u: 'unsigned', i: 'signed', f: 'float', b: 'unsigned' } as const

function parseType(file: string, text: string): NumberType {
  const [, order, letter, digits] = /^([<>|=])([uifb])(\d)$/.exec(text) ?? []
  const bytes = Number(digits)
  const isKnown = letter === 'f' ? bytes === 4 || bytes === 8 : [1, 2, 4, 8].includes(bytes)
  if (letter === undefined || !isKnown || (bytes > 1 && order === '|')) {
    refuseFile(file, 'uint8 to uint64, int8 to int64, bool, float32 or float64', `type '${text}'`)
  }
  return {
    kind: KINDS[letter as keyof typeof KINDS],
    bytes: bytes as NumberType['bytes'],
    isLittleEndian: order !== '>',
  }
}
