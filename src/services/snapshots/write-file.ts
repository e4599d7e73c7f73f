import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { KyselyDb } from '../../db/connection/kysely.js'
import { insertSnapshotFile, insertSnapshotPart } from '../../db/snapshots/write-snapshot.js'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** The formats of the files of a snapshot. */
export const SNAPSHOT_FORMATS = {
  jsonl: {
    mediaType: 'application/jsonl; charset=utf-8',
    isText: true,
    description: 'one evaluation per line, with its runs',
  },
  csv: { mediaType: 'text/csv; charset=utf-8', isText: true, description: 'one evaluation per line' },
  parquet: { mediaType: 'application/vnd.apache.parquet', isText: false, description: 'one evaluation per row' },
} as const
export type SnapshotFormat = keyof typeof SNAPSHOT_FORMATS

/** Bytes of a part of a text before it is compressed. A row of a leaderboard is read by decompressing one part. */
const PART_BYTES = 131_072

/** A piece of a file. A line of a list of evaluations has an expression. */
export interface SnapshotChunk {
  readonly bytes: string | Uint8Array
  readonly expression?: string
}

export interface WrittenFile {
  readonly size: number
  readonly checksum: Buffer
}

/** Stores a file of a snapshot in parts, in the caller's transaction. Memory does not grow with the file. */
export async function writeSnapshotFile(
  db: KyselyDb,
  snapshotId: number,
  format: SnapshotFormat,
  chunks: AsyncIterable<SnapshotChunk> | Iterable<SnapshotChunk>,
): Promise<WrittenFile> {
  const hash = createHash('sha256')
  const { isText } = SNAPSHOT_FORMATS[format]
  let [part, start, line, size] = [0, 0, 0, 0]
  let pieces: Buffer[] = []
  let first: SnapshotChunk | null = null
  let lines = 0
  const flush = async () => {
    if (!first) return
    const plain = Buffer.concat(pieces)
    hash.update(plain)
    await insertSnapshotPart(db, snapshotId, {
      ...{ format, part: part++, start: String(start), size },
      ...{ line: first.expression === undefined ? null : line, expression: first.expression ?? null },
      bytes: isText ? await compress(plain) : plain,
    })
    start += size
    line += lines
    ;[pieces, first, lines, size] = [[], null, 0, 0]
  }
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.bytes as string)
    first ??= chunk
    pieces.push(bytes)
    lines++
    size += bytes.length
    if (size >= PART_BYTES) await flush()
  }
  await flush()
  const checksum = hash.digest()
  await insertSnapshotFile(db, { snapshot_id: snapshotId, format, size: String(start), checksum })
  return { size: start, checksum }
}

/** The bytes of a stored part. */
export async function unpackPart(format: SnapshotFormat, bytes: Buffer): Promise<Buffer> {
  return SNAPSHOT_FORMATS[format].isText ? decompress(bytes) : bytes
}
