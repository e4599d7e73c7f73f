import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { refuseFile } from './data-error.js'

/** The bytes of a file, decompressed if it is compressed by gzip. */
export interface ByteFile {
  readonly file: string
  /** Number of bytes, decompressed. */
  readonly size: number
  /**
   * Reads a part of `length` bytes at each position. The bytes that `onPart` gets are valid until it returns. Throws an
   * error that names the file if it ends earlier.
   */
  readParts(positions: Iterable<number>, length: number, onPart: (bytes: Buffer, index: number) => void): void
}

/** Plain files up to this size are kept in memory. Of larger ones only the parts that are needed are read. */
const MOST_BYTES_IN_MEMORY = 64 * 2 ** 20
/** Decompressed bytes of a file, which are kept in memory. */
const MOST_DECOMPRESSED_BYTES = 2 ** 31 - 1

/** Opens a file. Throws an error that names the file if it is missing or a damaged gzip file. */
export function openBytes(file: string, mostBytesInMemory: number = MOST_BYTES_IN_MEMORY): ByteFile {
  const { size } = statFile(file)
  if (isGzip(file)) return fromMemory(file, unzip(file, readFileSync(file)))
  return size <= mostBytesInMemory ? fromMemory(file, readFileSync(file)) : fromDisk(file, size)
}

/** All bytes of a file, decompressed. Throws like `openBytes`. */
export function readBytes(file: string): Buffer {
  statFile(file)
  return unzip(file, readFileSync(file))
}

/** Size and times of a file. Throws an error that names it if it is missing or no file. */
export function statFile(file: string): Stats {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found) refuseFile(file, 'a file', 'nothing')
  if (!found.isFile()) refuseFile(file, 'a file', found.isDirectory() ? 'a folder' : 'something else')
  return found
}

/** SHA-256 of a file as it is on the disk, in hexadecimal digits. Throws an error that names the file if it is missing. */
export function digestFile(file: string): string {
  statFile(file)
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(2 ** 20)
  const descriptor = openSync(file, 'r')
  try {
    for (;;) {
      const read = readSync(descriptor, buffer, 0, buffer.length, null)
      if (read === 0) return hash.digest('hex')
      hash.update(buffer.subarray(0, read))
    }
  } finally {
    closeSync(descriptor)
  }
}

/** Decompresses the content of a file if it is compressed by gzip. Throws an error that names the file if it is damaged. */
export function unzip(file: string, bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_DECOMPRESSED_BYTES })
  } catch (error) {
    refuseFile(file, 'a complete gzip file', `an error: ${(error as Error).message}`)
  }
}

function isGzip(file: string): boolean {
  const start = Buffer.alloc(2)
  const descriptor = openSync(file, 'r')
  try {
    return readSync(descriptor, start, 0, 2, 0) === 2 && start[0] === 0x1f && start[1] === 0x8b
  } finally {
    closeSync(descriptor)
  }
}

function fromMemory(file: string, bytes: Buffer): ByteFile {
  return {
    file,
    size: bytes.length,
    readParts(positions, length, onPart) {
      let index = 0
      for (const position of positions) {
        const part = bytes.subarray(position, position + length)
        if (part.length < length) refuseShort(file, length, position, part.length)
        onPart(part, index++)
      }
    },
  }
}

function fromDisk(file: string, size: number): ByteFile {
  return {
    file,
    size,
    readParts(positions, length, onPart) {
      const buffer = Buffer.alloc(length)
      const descriptor = openSync(file, 'r')
      try {
        let index = 0
        for (const position of positions) {
          readFully(descriptor, buffer, position, file)
          onPart(buffer, index++)
        }
      } finally {
        closeSync(descriptor)
      }
    },
  }
}

/** Fills the buffer from a position of an open file. Throws an error that names the file if it ends earlier. */
export function readFully(descriptor: number, target: Uint8Array, position: number, file: string): void {
  let done = 0
  while (done < target.length) {
    const read = readSync(descriptor, target, done, target.length - done, position + done)
    if (read === 0) refuseShort(file, target.length, position, done)
    done += read
  }
}

function refuseShort(file: string, expected: number, position: number, got: number): never {
  refuseFile(file, `${expected} bytes at byte ${position}`, String(got))
}
