import type { ColumnOfTable, RowOfTable } from '../../datasets/writing/write-table.js'
import type { Database } from '../../db/connection/client.js'
import type { KyselyDb } from '../../db/connection/kysely.js'
import type { ExportedDataset } from '../../db/exports/find-export.js'
import type { ExportScope } from '../../db/exports/read-exported.js'
import type { MomentsMark } from './moments-mark.js'

export type Chunk = string | Uint8Array

/** The data of an export. All statements of `db` see the data of one moment. */
export interface ExportSource {
  readonly db: KyselyDb
  /** The database itself, for what does not depend on the moment, such as the prediction of a fit. */
  readonly database: Database
  readonly dataset: ExportedDataset
  readonly scope: ExportScope
  /** Which functions have moments in this export. */
  readonly momentsMark: MomentsMark
  /** What `count` of the format returned; 0 without it. */
  readonly rows: number
}

/** A table of a dataset, which each tabular format writes. */
export interface ExportTable {
  readonly columns: readonly ColumnOfTable[]
  read(source: ExportSource): AsyncIterable<RowOfTable>
}

/** Writes a dataset in one format. */
export interface ExportWriter {
  /** Counts the rows, if the length depends on them. */
  count?(source: Omit<ExportSource, 'rows'>): Promise<number>
  /** Settles the length before the first byte is written; null if only writing tells it. Throws NOT_FOUND. */
  prepare(source: ExportSource): { readonly byteLength: number | null; write(): AsyncGenerator<Chunk, void, void> }
}

/** A writer whose length is not known in advance. */
export function createStreamWriter(write: (source: ExportSource) => AsyncGenerator<Chunk, void, void>): ExportWriter {
  return { prepare: (source) => ({ byteLength: null, write: () => write(source) }) }
}
