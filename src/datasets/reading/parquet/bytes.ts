import { open } from 'node:fs/promises'
import zlib from 'node:zlib'
import { type AsyncBuffer, type Compressors, snappyUncompress } from 'hyparquet'
import { isParquet } from '../file-format.js'
import { MalformedFileError } from '../malformed-file.js'

/** The bytes of a Parquet file, which are read where they are needed. */
export interface OpenedParquet extends AsyncBuffer {
  close(): Promise<void>
}

/** Opens a Parquet file. Throws `MalformedFileError` if it is not complete. */
export async function openParquet(path: string): Promise<OpenedParquet> {
  const file = await open(path)
  const { size } = await file.stat()
  const slice = async (start: number, end = size) => {
    const bytes = new Uint8Array(requirePart(start, end, size))
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done)
      if (bytesRead === 0) throw new MalformedFileError(start + done, 'the file became shorter while it was read')
      done += bytesRead
    }
    return bytes.buffer
  }
  const opened = { byteLength: size, slice, close: () => file.close() }
  try {
    await requireEnds(opened)
  } catch (error) {
    await file.close()
    throw error
  }
  return opened
}

async function requireEnds({ byteLength, slice }: AsyncBuffer): Promise<void> {
  const [begin, end] = await Promise.all([slice(0, Math.min(4, byteLength)), slice(Math.max(0, byteLength - 4))])
  if (!isParquet(new Uint8Array(begin))) {
    throw new MalformedFileError(0, 'Parquet within gzip: expected Parquet that is not packed again; unpack it first')
  }
  if (byteLength >= MIN_BYTES && isParquet(new Uint8Array(end))) return
  throw new MalformedFileError(
    byteLength,
    `the end: expected PAR1 as the last bytes of Parquet, got ${byteLength} bytes without it; the file is not complete`,
  )
}

/** PAR1 twice, and the length of the description of the columns. */
const MIN_BYTES = 12

function requirePart(start: number, end: number, size: number): number {
  if (start >= 0 && start <= end && end <= size) return end - start
  throw new MalformedFileError(size, `the columns: expected them within ${size} bytes, got bytes ${start} to ${end}`)
}

/** A page of a column is held at once, so that memory is bounded for every file. */
const MAX_PAGE_BYTES = 2 ** 28

type Decompress = (packed: Uint8Array, length: number) => Uint8Array

/** The Zstandard of Node, which older versions do not have. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (packed: Uint8Array, options: object) => Buffer }

const DECOMPRESSORS: Readonly<Record<string, Decompress>> = {
  UNCOMPRESSED: (bytes) => bytes,
  SNAPPY: (packed, length) => {
    requireSnappy(packed, length)
    const bytes = new Uint8Array(length)
    snappyUncompress(packed, bytes)
    return bytes
  },
  GZIP: (packed, length) => zlib.gunzipSync(packed, limitTo(length)),
  BROTLI: (packed, length) => zlib.brotliDecompressSync(packed, limitTo(length)),
  ...(zstdDecompressSync && { ZSTD: (packed, length) => zstdDecompressSync(packed, limitTo(length)) }),
}

/** The compressions that this process can read. */
export const CODECS: readonly string[] = Object.keys(DECOMPRESSORS)

export const COMPRESSORS: Compressors = Object.fromEntries(
  Object.entries(DECOMPRESSORS).map(([name, decompress]) => [name, bounded(decompress)]),
)

function bounded(decompress: Decompress): Decompress {
  return (packed, length) => {
    if (length <= MAX_PAGE_BYTES) return decompress(packed, length)
    throw new MalformedFileError(0, `a page: expected at most ${MAX_PAGE_BYTES} bytes, got ${length}`)
  }
}

function limitTo(length: number) {
  return { maxOutputLength: Math.max(1, length) }
}

/**
 * Refuses damaged Snappy data before they are read: a negative length of a part would make the reader go back and never end.
 * The data are tags, each with the length of what follows or of what is copied; the lengths sum to that of the page.
 */
function requireSnappy(packed: Uint8Array, length: number): void {
  let at = 0
  while (at < packed.length && packed[at] >= 128) at++
  at++
  let written = 0
  while (at < packed.length && written <= length) {
    const tag = packed[at++]
    const kind = tag & 3
    const rest = tag >>> 2
    if (kind === 0) {
      const sizeBytes = Math.max(0, rest - 59)
      let size = rest
      for (let i = 0; i < sizeBytes; i++) size = (i === 0 ? 0 : size) + packed[at + i] * 2 ** (8 * i)
      at += sizeBytes + size + 1
      written += size + 1
    } else {
      written += kind === 1 ? (rest & 7) + 4 : rest + 1
      at += COPY_BYTES[kind]
    }
  }
  if (at === packed.length && written === length) return
  throw new MalformedFileError(0, `a page: expected ${length} bytes within its Snappy data, which are damaged`)
}

/** Bytes of an offset by the kind of its tag. */
const COPY_BYTES = [0, 1, 2, 4]
