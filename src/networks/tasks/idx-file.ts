import { existsSync, readFileSync } from 'node:fs'
import type { ArrayHeader } from './array-header.js'
import { unzip } from './byte-file.js'
import { refuseFile } from './data-error.js'
import type { NumberType } from './number-type.js'

/** Bytes with the lengths of their axes, as an IDX file holds them: pictures (count, height, width) or labels (count). */
export interface IdxArray {
  lengths: readonly number[]
  values: Uint8Array
}

/** Types of numbers by their codes in an IDX header. Numbers are big-endian. */
const TYPES: Readonly<Record<number, NumberType>> = {
  8: { kind: 'unsigned', bytes: 1, isLittleEndian: false },
  9: { kind: 'signed', bytes: 1, isLittleEndian: false },
  11: { kind: 'signed', bytes: 2, isLittleEndian: false },
  12: { kind: 'signed', bytes: 4, isLittleEndian: false },
  13: { kind: 'float', bytes: 4, isLittleEndian: false },
  14: { kind: 'float', bytes: 8, isLittleEndian: false },
}
const UNSIGNED_BYTE = 0x08

/**
 * Reads an IDX file of unsigned bytes, plain or compressed by gzip. Throws an error with the file, the expected and the found
 * value if it is missing, has another type or number of axes, or another size than its header says.
 */
export function readIdx(file: string, axes: number): IdxArray {
  if (!existsSync(file)) refuseFile(file, 'an IDX file', 'nothing')
  return decodeIdx(unzip(file, readFileSync(file)), axes, file)
}

/** The bytes of an IDX file, not compressed. */
export function encodeIdx({ lengths, values }: IdxArray): Buffer {
  const header = Buffer.alloc(4 + 4 * lengths.length)
  header[2] = UNSIGNED_BYTE
  header[3] = lengths.length
  for (const [axis, length] of lengths.entries()) header.writeUInt32BE(length, 4 + 4 * axis)
  return Buffer.concat([header, values])
}

/** Whether these first bytes are those of an IDX file: two zeros, a known type, and at least one axis. */
export function isIdx(start: Buffer): boolean {
  return start.length >= 8 && start[0] === 0 && start[1] === 0 && TYPES[start[2]] !== undefined && start[3] > 0
}

/** Reads the header of an IDX file of any type. Throws an error that names the file if it is cut. */
export function decodeIdxHeader(start: Buffer, file: string): ArrayHeader {
  const axes = start[3]
  const bytes = 4 + 4 * axes
  if (start.length < bytes) refuseFile(file, `a header of ${bytes} bytes`, `${start.length} bytes`)
  const lengths = Array.from({ length: axes }, (_, axis) => start.readUInt32BE(4 + 4 * axis))
  return { format: 'IDX', lengths, type: TYPES[start[2]], bytes }
}

function decodeIdx(bytes: Buffer, axes: number, file: string): IdxArray {
  const headerBytes = 4 + 4 * axes
  if (bytes.length < headerBytes) refuseFile(file, `a header of ${headerBytes} bytes`, `${bytes.length} bytes`)
  if (bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== UNSIGNED_BYTE || bytes[3] !== axes) {
    const expected = `an IDX file of unsigned bytes with ${axes} ${axes === 1 ? 'axis' : 'axes'} (0000080${axes})`
    refuseFile(file, expected, bytes.subarray(0, 4).toString('hex'))
  }
  const { lengths } = decodeIdxHeader(bytes, file)
  const size = lengths.reduce((product, length) => product * length, 1)
  if (bytes.length !== headerBytes + size) {
    const expected = `${size} values (${lengths.join(' × ')}) after the header`
    refuseFile(file, expected, `${bytes.length - headerBytes} bytes`)
  }
  return { lengths, values: new Uint8Array(bytes.subarray(headerBytes)) }
}
