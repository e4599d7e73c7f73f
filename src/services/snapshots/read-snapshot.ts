import type { KyselyDb } from '../../db/connection/kysely.js'
import type { SnapshotRow } from '../../db/snapshots/find-snapshots.js'
import { findPartsOfLines, findStartOfExpression, readParts } from '../../db/snapshots/read-parts.js'
import type { Metric } from '../../metrics.js'
import { parseSnapshotLine, type SnapshotLine } from './snapshot-line.js'
import { type OrderedLine, readOrder } from './snapshot-order.js'
import { type SnapshotFormat, unpackPart } from './write-file.js'

/** The lines of a snapshot in their order, from the first expression after `after`. */
export async function* readSnapshotLines(
  db: KyselyDb,
  snapshotId: number,
  after: string | null = null,
): AsyncGenerator<SnapshotLine, void, void> {
  const from = after === null ? 0 : await findStartOfExpression(db, snapshotId, after)
  for await (const { bytes } of readParts(db, { snapshotId, format: 'jsonl', from })) {
    for (const text of (await unpackPart('jsonl', bytes)).toString().split('\n')) {
      if (text === '') continue
      const line = parseSnapshotLine(text)
      if (after === null || isBefore(after, line.expression)) yield line
    }
  }
}

/** Whether a text comes before another one by code points, as PostgreSQL sorts with the collation "C". */
export function isBefore(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0
}

/** The bytes of a file of a snapshot, from the first to the last one. */
export async function* readSnapshotBytes(
  db: KyselyDb,
  snapshotId: number,
  format: SnapshotFormat,
  { first, last }: { readonly first: number; readonly last: number },
): AsyncGenerator<Buffer, void, void> {
  for await (const { start, size, bytes } of readParts(db, { snapshotId, format, from: first })) {
    if (start > last) return
    const plain = await unpackPart(format, bytes)
    yield plain.subarray(Math.max(0, first - start), Math.min(size, last + 1 - start))
    if (start + size > last) return
  }
}

/** A text file of a snapshot as it is stored: compressed by gzip. */
export async function* readPackedSnapshot(
  db: KyselyDb,
  snapshotId: number,
  format: SnapshotFormat,
): AsyncGenerator<Buffer, void, void> {
  for await (const { bytes } of readParts(db, { snapshotId, format })) yield bytes
}

/** A row of the leaderboard of a snapshot. */
export interface SnapshotRank extends SnapshotLine, OrderedLine {
  /** Its place in the leaderboard, from 0. */
  readonly place: number
}

/** Rows of the leaderboard of a snapshot. Empty if the snapshot was deleted. */
export async function readSnapshotLeaderboard(
  db: KyselyDb,
  { id, evaluationCount, deletedAt }: Pick<SnapshotRow, 'id' | 'evaluationCount' | 'deletedAt'>,
  { metric, from, count }: { readonly metric: Metric; readonly from: number; readonly count: number },
): Promise<SnapshotRank[]> {
  if (deletedAt !== null || from >= evaluationCount) return []
  const wanted = { snapshotId: id, metric, from, count: Math.min(count, evaluationCount - from) }
  const ordered = await readOrder(db, wanted)
  const numbers = ordered.map(({ line }) => line)
  const lines = new Map<number, SnapshotLine>()
  for (const { line: first, bytes } of await findPartsOfLines(db, id, numbers)) {
    if (first === null) continue
    const texts = (await unpackPart('jsonl', bytes)).toString().split('\n')
    for (const number of numbers) {
      const text = texts[number - first]
      if (number >= first && text) lines.set(number, parseSnapshotLine(text))
    }
  }
  return ordered.flatMap(({ line, rank }, i) => {
    const found = lines.get(line)
    return found ? [{ ...found, line, rank, place: from + i }] : []
  })
}
