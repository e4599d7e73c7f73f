import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { byteOrderMarkLength, detectFormat, type FileFormat, isParquet } from './file-format.js'
import { MalformedFileError } from './malformed-file.js'
import { nameFile, readParquet } from './parquet/records.js'
import { parseRow, type SourceRow } from './parse-row.js'
import { parseTable, type TableRow } from './parse-table.js'
import { RowCutter } from './row-cutter.js'
import { readCsv, readJsonLines, type TableRecord } from './table-records.js'

/** Numbers of bytes that have been read from a file. */
export interface ReadProgress {
  /** Bytes of the stored file, which may be compressed. */
  readonly fileBytes: number
  /** Bytes of the text. */
  readonly bytes: number
}

export interface OpenedRows<Row = SourceRow> {
  readonly rows: AsyncGenerator<Row, void, void>
  readonly progress: ReadProgress
  /** SHA-256 of the text in hexadecimal digits, after all rows were read. Compression does not change it. */
  checksum(): string
}

/**
 * Reads the rows of an Act-Bench file one at a time, so memory does not grow with the file. Its first bytes tell whether it
 * is plain or gzip. The rows throw `MalformedFileError` with the offset of the first wrong byte, or of the end if the file
 * ends too early.
 */
export function openRows(path: string): OpenedRows {
  const progress = { fileBytes: 0, bytes: 0 }
  const hash = createHash('sha256')
  return { rows: readRows(readText(path, progress), progress, hash), progress, checksum: () => hash.digest('hex') }
}

/** SHA-256 of the text in a file, plain or gzip, in hexadecimal digits. */
export async function computeChecksum(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of readText(path, { fileBytes: 0, bytes: 0 })) hash.update(chunk)
  return hash.digest('hex')
}

/** The format of a file, from its first bytes after decompression. Throws `MalformedFileError` for an unknown one. */
export async function findFormat(path: string): Promise<FileFormat> {
  return detectFormat(await readFirst(path))
}

/** The first bytes of the text in a file, up to a megabyte; empty for an empty file. */
export async function readFirst(path: string): Promise<Uint8Array> {
  for await (const chunk of readText(path, { fileBytes: 0, bytes: 0 })) return Buffer.from(chunk)
  return new Uint8Array(0)
}

/** Reads the runs of a table, CSV, JSON Lines or Parquet, one at a time, as `openRows` does with an Act-Bench file. */
export function openTable(path: string): OpenedRows<TableRow> {
  const progress = { fileBytes: 0, bytes: 0 }
  const hash = createHash('sha256')
  return { rows: readTable(path, progress, hash), progress, checksum: () => hash.digest('hex') }
}

/** Reads the lines of a CSV, of JSON Lines, or the rows of a Parquet file one at a time, without a look at their columns. */
export function openRecords(path: string): {
  readonly records: AsyncGenerator<TableRecord, void, void>
  readonly progress: ReadProgress
} {
  const progress = { fileBytes: 0, bytes: 0 }
  return { records: readRecords(path, progress), progress }
}

async function* readRecords(
  path: string,
  progress: { fileBytes: number; bytes: number },
): AsyncGenerator<TableRecord, void, void> {
  const first = await readFirst(path)
  if (isParquet(first)) return yield* readParquet(path, progress)
  const chunks = copyEach(readText(path, progress))
  const isJson = Buffer.from(first.subarray(byteOrderMarkLength(first)))
    .toString('utf8')
    .trimStart()
    .startsWith('{')
  yield* (isJson ? readJsonLines(chunks) : readCsv(first, chunks)).records
}

/** The whole text of a file, plain or gzip, without a byte order mark. */
export async function readAll(path: string): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const chunk of copyEach(readText(path, { fileBytes: 0, bytes: 0 }))) parts.push(chunk)
  const bytes = Buffer.concat(parts)
  return bytes.subarray(byteOrderMarkLength(bytes)).toString('utf8')
}

async function* readTable(
  path: string,
  progress: { fileBytes: number; bytes: number },
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<TableRow, void, void> {
  const first = await readFirst(path)
  if (isParquet(first)) {
    // Its rows are not in the order of its bytes, which are therefore read twice.
    for await (const chunk of readText(path, { fileBytes: 0, bytes: 0 })) hash.update(chunk)
    const records = readParquet(path, progress)
    return yield* nameFile(path, parseTable({ records, hasDecimalComma: false }))
  }
  const chunks = hashEach(copyEach(readText(path, progress)), progress, hash)
  yield* parseTable(detectFormat(first) === 'CSV' ? readCsv(first, chunks) : readJsonLines(chunks))
}

async function* hashEach(
  chunks: AsyncIterable<Buffer>,
  progress: { bytes: number },
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of chunks) {
    progress.bytes += chunk.length
    hash.update(chunk)
    yield chunk
  }
}

async function* readRows(
  chunks: AsyncIterable<Uint8Array>,
  progress: { bytes: number },
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<SourceRow, void, void> {
  const cutter = new RowCutter()
  for await (const chunk of chunks) {
    if (progress.bytes === 0) cutter.skip(byteOrderMarkLength(chunk))
    progress.bytes += chunk.length
    hash.update(chunk)
    cutter.push(chunk)
    for (let row = cutter.next(); row; row = cutter.next()) yield parseRow(row)
  }
  // An unfinished row may be wrong long before the end of the file. Then its first wrong byte is the better answer.
  const rest = cutter.takeRest()
  if (rest) parseRow(rest)
  cutter.finish()
}

/** The bytes of the text in chunks. A chunk is valid until the next one is requested. */
async function* readText(
  path: string,
  progress: { fileBytes: number; bytes: number },
): AsyncGenerator<Uint8Array, void, void> {
  const file = readFile(path, progress)
  try {
    const first = await file.next()
    if (first.done) return
    const all = startWith(first.value, file)
    const isCompressed = first.value[0] === 0x1f && first.value[1] === 0x8b
    yield* isCompressed ? decompress(all, progress) : all
  } finally {
    await file.return()
  }
}

async function* decompress(
  chunks: AsyncIterable<Uint8Array>,
  progress: { readonly fileBytes: number; readonly bytes: number },
): AsyncGenerator<Uint8Array, void, void> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES })
  const source = Readable.from(copyEach(chunks))
  source.on('error', (error) => gunzip.destroy(error))
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Uint8Array>
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (!code?.startsWith('Z_')) throw error
    const problem = code === 'Z_BUF_ERROR' ? 'the compressed file ends too early' : 'the compressed file is damaged'
    throw new MalformedFileError(progress.bytes, `${problem} at or before its byte ${progress.fileBytes}`)
  } finally {
    source.destroy()
  }
}

const CHUNK_BYTES = 2 ** 20

/**
 * The bytes of a file in two alternating buffers: one is filled while the other is read. With a new buffer for each chunk,
 * the garbage collector would scan the whole heap about once in sixty chunks.
 */
async function* readFile(path: string, progress: { fileBytes: number }): AsyncGenerator<Uint8Array, void, void> {
  const file = await open(path)
  let [filling, other] = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)]
  let reading = file.read(filling)
  try {
    for (;;) {
      const { bytesRead } = await reading
      if (bytesRead === 0) return
      const chunk = filling.subarray(0, bytesRead)
      ;[filling, other] = [other, filling]
      reading = file.read(filling)
      // The next `await reading` throws the error.
      reading.catch(() => {})
      progress.fileBytes += bytesRead
      yield chunk
    }
  } finally {
    await reading.catch(() => {})
    await file.close()
  }
}

async function* startWith(first: Uint8Array, rest: AsyncIterable<Uint8Array>) {
  yield first
  yield* rest
}

/** Copies each chunk, for a reader that requests the next chunk before it has read this one. */
async function* copyEach(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of chunks) yield Buffer.from(chunk)
}
