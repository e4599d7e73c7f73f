import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Metrics } from '../../metrics.js'

/** An evaluation as a row of a Parquet file. */
export interface ParquetRow extends Metrics {
  readonly expression: string
  /** 64 hexadecimal digits. */
  readonly activationId: string
  readonly equivalents: readonly string[]
  /** Null where there is none. */
  readonly outputs: Float32Array | null
  readonly spectrum: Float32Array | null
}

/**
 * The bytes of a Parquet file of these rows, compressed by Snappy, a row group at a time: columns with the names of the
 * API, metrics as doubles, vectors and equivalents as lists. `metadata` becomes the key-value metadata of the file. A thread
 * encodes them: a group takes a tenth of a second and more, in which a server has others to answer.
 */
export async function* writeParquet(
  rows: AsyncIterable<ParquetRow>,
  metadata: Readonly<Record<string, string>>,
): AsyncGenerator<Uint8Array, void, void> {
  const thread = new Worker(new URL('./parquet-thread.js', import.meta.url), { workerData: metadata })
  try {
    let encoding: Promise<Uint8Array> | null = null
    for await (const group of toGroups(rows)) {
      if (encoding) yield await encoding
      encoding = encode(thread, group)
      // One group is encoded while the next one is read; a failure shows when it is waited for.
      encoding.catch(() => {})
    }
    if (encoding) yield await encoding
    yield await encode(thread, null)
  } finally {
    await thread.terminate()
  }
}

/** A row group has so many values of vectors, some tens of megabytes while it is encoded. */
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

/** What a group, or the end of the file, adds to it. */
async function encode(thread: Worker, group: readonly ParquetRow[] | null): Promise<Uint8Array> {
  thread.postMessage(group)
  const [bytes] = await once(thread, 'message')
  return bytes
}
