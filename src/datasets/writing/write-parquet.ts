import { Worker } from 'node:worker_threads'
import type { Metrics } from '../../metrics.js'
import { encodeGroups } from './encode-groups.js'

/** An evaluation as a row of a Parquet file. */
export interface ParquetRow extends Metrics {
  readonly expression: string
  /** 64 hexadecimal digits. */
  readonly activationId: string
  readonly equivalents: readonly string[]
  /** Null if the row has no vector. */
  readonly outputs: Float32Array | null
  readonly spectrum: Float32Array | null
}

/**
 * The bytes of a Parquet file of these rows, one row group at a time, compressed by Snappy. Columns have the names of the
 * API, metrics are doubles, and vectors and equivalents are lists. `metadata` becomes the key-value metadata of the file. A
 * thread encodes the groups: each takes at least a tenth of a second, and meanwhile a server answers other requests.
 */
export async function* writeParquet(
  rows: AsyncIterable<ParquetRow>,
  metadata: Readonly<Record<string, string>>,
): AsyncGenerator<Uint8Array, void, void> {
  const thread = new Worker(new URL('./parquet-thread.js', import.meta.url), { workerData: metadata })
  yield* encodeGroups(thread, toGroups(rows))
}

/** A row group has at most this number of values in vectors, which take tens of megabytes while it is encoded. */
const GROUP_VALUES = 2 ** 18
const GROUP_ROWS = 10_000

async function* toGroups(rows: AsyncIterable<ParquetRow>): AsyncGenerator<ParquetRow[], void, void> {
  let group: ParquetRow[] = []
  let values = 0
  for await (const row of rows) {
    group.push(row)
    values += (row.outputs?.length ?? 0) + (row.spectrum?.length ?? 0)
    if (values < GROUP_VALUES && group.length < GROUP_ROWS) continue
    yield group
    group = []
    values = 0
  }
  if (group.length > 0) yield group
}
