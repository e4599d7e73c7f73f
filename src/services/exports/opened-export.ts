import type { Snapshot } from '../../db/exports/open-snapshot.js'
import type { Chunk } from './export-format.js'

/** What is known of an export without opening it. */
export interface DescribedExport {
  /** Null if it is not known. */
  readonly license: string | null
  /** Whether the operator has closed the exports of the dataset. Then only the operator may read them. */
  readonly isClosed: boolean
  /** A text that changes whenever the export changes. */
  readonly stamp: string
}

/** An export before its first byte is read. Later writes to the database do not change it. */
export interface OpenedExport extends DescribedExport {
  /** Number of bytes; null if only writing tells it. */
  readonly byteLength: number | null
  /** Reads the export once, in chunks of one or a few rows. Memory does not grow with its size. */
  read(): AsyncGenerator<Chunk, void, void>
  /** Releases the connection, and ends the reading if it is in progress. */
  close(): Promise<void>
}

/** Reads what `write` writes from a snapshot, and closes the snapshot at its end. */
export function readOnce(snapshot: Snapshot, write: () => AsyncIterable<Chunk>): Pick<OpenedExport, 'read' | 'close'> {
  let isRead = false
  return {
    async *read() {
      isRead = true
      yield* write()
      await snapshot.close()
    },
    async close() {
      // A reader that stops early may leave a statement in progress.
      if (isRead) snapshot.abort()
      else await snapshot.close()
    },
  }
}
