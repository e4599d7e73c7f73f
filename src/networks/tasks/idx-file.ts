import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** Bytes with the lengths of their axes, as an IDX file holds them: pictures (count, height, width) or labels (count). */
export interface IdxArray {
  lengths: readonly number[]
  values: Uint8Array
}

/** Type code of unsigned bytes in an IDX header. */
const UNSIGNED_BYTE = 0x08

/**
 * Reads an IDX file of unsigned bytes, plain or compressed by gzip. Throws an error with the file, the expected and the found
 * value if it is missing, has another type or number of axes, or another size than its header says.
 */
export function readIdx(file: string, axes: number): IdxArray {
  if (!existsSync(file)) throw new Error(`${file}: expected an IDX file, got nothing`)
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

function decodeIdx(bytes: Buffer, axes: number, file: string): IdxArray {
  const headerBytes = 4 + 4 * axes
  if (bytes.length < headerBytes) {
    throw new Error(`${file}: expected a header of ${headerBytes} bytes, got ${bytes.length} bytes`)
  }
  if (bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== UNSIGNED_BYTE || bytes[3] !== axes) {
    const expected = `an IDX file of unsigned bytes with ${axes} ${axes === 1 ? 'axis' : 'axes'} (0000080${axes})`
    throw new Error(`${file}: expected ${expected}, got ${bytes.subarray(0, 4).toString('hex')}`)
  }
  const lengths = Array.from({ length: axes }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis))
  const size = lengths.reduce((product, length) => product * length, 1)
  if (bytes.length !== headerBytes + size) {
    const expected = `${size} values (${lengths.join(' × ')})`
    throw new Error(`${file}: expected ${expected} after the header, got ${bytes.length - headerBytes} bytes`)
  }
  return { lengths, values: new Uint8Array(bytes.subarray(headerBytes)) }
}

function unzip(file: string, bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes)
  } catch (error) {
    throw new Error(`${file}: expected a complete gzip file, got an error: ${(error as Error).message}`)
  }
}
