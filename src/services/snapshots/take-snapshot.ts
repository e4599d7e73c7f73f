import { writeTableAsParquet } from '../../datasets/writing/write-table.js'
import type { Db } from '../../db/connection/client.js'
import type { Dataset } from '../../db/generated/client.js'
import { findNewestSnapshot } from '../../db/snapshots/find-snapshots.js'
import type { SnapshotEvaluation } from '../../db/snapshots/read-evaluations.js'
import { insertSnapshot, reserveSnapshotId } from '../../db/snapshots/write-snapshot.js'
import { countChanges } from './compare-lines.js'
import { readSnapshotLines } from './read-snapshot.js'
import { formatSnapshotLine } from './snapshot-line.js'
import { createOrderCollector } from './snapshot-order.js'
import { SNAPSHOT_COLUMNS, toCsv, toSnapshotRows } from './snapshot-table.js'
import { type SnapshotChunk, writeSnapshotFile } from './write-file.js'

/** The version of the format of the lines. A snapshot keeps the bytes that it was made with. */
const FORMAT = 1

export interface NewSnapshot {
  readonly name: string
  readonly isShipped: boolean
  readonly apiKeyId: number | null
  /** In the order of the code points of their expressions. */
  readonly evaluations: AsyncIterable<SnapshotEvaluation> | Iterable<SnapshotEvaluation>
}

/**
 * Stores a snapshot of a dataset with all its files, in the caller's transaction, and returns its id. Its row is written
 * last. Null if the dataset has, or had, a snapshot of this name.
 */
export async function takeSnapshot(
  { $kysely: db }: Pick<Db, '$kysely'>,
  dataset: Dataset,
  { name, isShipped, apiKeyId, evaluations }: NewSnapshot,
): Promise<number | null> {
  const id = await reserveSnapshotId(db)
  const order = createOrderCollector()
  const count = { evaluations: 0, runs: 0 }
  const lines = async function* (): AsyncGenerator<SnapshotChunk, void, void> {
    for await (const evaluation of evaluations) {
      count.evaluations++
      count.runs += evaluation.runs.length
      order.add(evaluation)
      yield { bytes: formatSnapshotLine(evaluation), expression: evaluation.expression }
    }
  }
  const { size, checksum } = await writeSnapshotFile(db, id, 'jsonl', lines())
  await order.write(db, id)
  await writeSnapshotFile(db, id, 'csv', toChunks(toCsv(readSnapshotLines(db, id))))
  const about = { dataset: dataset.name, snapshot: name, version: dataset.version, checksum: checksum.toString('hex') }
  const { license, citation } = dataset
  const metadata = { ...about, ...(license && { license }), ...(citation && { citation }) }
  const rows = toSnapshotRows(readSnapshotLines(db, id))
  await writeSnapshotFile(db, id, 'parquet', toChunks(writeTableAsParquet(SNAPSHOT_COLUMNS, rows, metadata)))
  const previous = await findNewestSnapshot(db, dataset.id)
  const changes = previous && (await countChanges(readSnapshotLines(db, previous.id), readSnapshotLines(db, id)))
  const isNew = await insertSnapshot(db, {
    ...{ id, dataset_id: dataset.id, dataset_name: dataset.name, name, dataset_version: dataset.version },
    ...{ title: dataset.title, architecture: dataset.architecture, task: dataset.task, license, citation },
    ...{ format: FORMAT, evaluation_count: count.evaluations, run_count: count.runs, checksum, size: String(size) },
    ...{ is_shipped: isShipped, api_key_id: apiKeyId, previous_name: previous?.name ?? null, ...changes },
  })
  return isNew ? id : null
}

async function* toChunks(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<SnapshotChunk, void, void> {
  for await (const bytes of pieces) yield { bytes }
}
