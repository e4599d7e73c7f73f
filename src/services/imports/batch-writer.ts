import type { CheckedRow } from '../../datasets/reading/check-rows.js'
import type { RowIssue } from '../../datasets/reading/parse-row.js'
import { compressRow } from '../../datasets/reading/source-row-codec.js'
import { findWrongEquivalents } from '../../datasets/reading/wrong-equivalents.js'
import type { Db } from '../../db/connection/client.js'
import {
  type DatasetVersion,
  deleteImported,
  type ImportedRow,
  insertImported,
} from '../../db/imports/insert-imported.js'
import { storeExpressions } from '../activations/store-expressions.js'

/** Stores the rows of a file in batches: one batch is stored while the rows of the next batch are read. */
export interface BatchWriter {
  /** Adds the next row of the file. A row with a repeated expression replaces the earlier evaluation. */
  add(row: CheckedRow): Promise<void>
  /** Stores all rows that were added. */
  flush(): Promise<void>
  /** Waits until no statement is in progress, whether it succeeds or fails. */
  close(): Promise<void>
}

/** A batch has at most this many bytes of the file (about 16 rows of a published dataset), and this many rows. */
const BATCH_BYTES = 2 ** 21
const BATCH_ROWS = 200

/** `onIssue` is called for each listed equivalent that computes another function. */
export function openBatchWriter(db: Db, owner: DatasetVersion, onIssue: (issue: RowIssue) => void): BatchWriter {
  let batch: PendingRow[] = []
  let batchBytes = 0
  let position = 0
  let storing: Promise<void> = Promise.resolve()
  const startStoring = async () => {
    const rows = batch
    batch = []
    batchBytes = 0
    await storing
    storing = storeBatch(db, owner, rows, onIssue)
    // The next `await storing` throws the error of a failed batch.
    storing.catch(() => {})
  }
  const flush = async () => {
    await startStoring()
    await storing
  }
  return {
    async add(row) {
      if (row.isRepeated) {
        await flush()
        await deleteImported(db.$kysely, owner.datasetId, row.expression as string)
      }
      const bytes = compressRow(row.source.bytes)
      bytes.catch(() => {})
      batch.push({ row, position: position++, bytes })
      batchBytes += row.source.bytes.length
      if (batch.length >= BATCH_ROWS || batchBytes >= BATCH_BYTES) await startStoring()
    },
    flush,
    close: () => storing.catch(() => {}),
  }
}

interface PendingRow {
  readonly row: CheckedRow
  readonly position: number
  readonly bytes: Promise<Buffer>
}

async function storeBatch(
  db: Db,
  owner: DatasetVersion,
  pending: readonly PendingRow[],
  onIssue: (issue: RowIssue) => void,
): Promise<void> {
  if (pending.length === 0) return
  const usable = pending.flatMap(({ row }) => (row.expression === null ? [] : [row]))
  const ids = await storeExpressions(
    db,
    usable.flatMap((row) => row.equivalents),
  )
  const rows = pending.map(async ({ row, position, bytes }): Promise<ImportedRow> => {
    const { expression, metrics, spectrum } = row
    const wrong = findWrongEquivalents(row, (text) => ids.get(text))
    for (const issue of wrong.values()) onIssue(issue)
    const listed = row.equivalents.filter((text) => !wrong.has(text))
    return {
      ...{ position, byteOffset: row.source.byteOffset, listed, bytes: await bytes },
      evaluation:
        expression === null ? null : { activationId: ids.get(expression) as number, expression, metrics, spectrum },
    }
  })
  await insertImported(db.$kysely, owner, await Promise.all(rows))
}
