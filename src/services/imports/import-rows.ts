import { checkRows } from '../../datasets/reading/check-rows.js'
import type { RowIssue } from '../../datasets/reading/parse-row.js'
import { openRows, type ReadProgress } from '../../datasets/reading/read-rows.js'
import type { Db } from '../../db/connection/client.js'
import type { SourceFile } from '../../db/datasets/upsert-datasets.js'
import type { DatasetVersion } from '../../db/imports/insert-imported.js'
import { openBatchWriter } from './batch-writer.js'

/** Called while a file is read. */
export interface RowHooks {
  onRow?(rows: number, progress: ReadProgress): void
  onIssue?(issue: RowIssue): void
}

export interface FileToImport extends RowHooks {
  readonly path: string
  readonly spectrumLength?: number | null
}

/** Reads the rows of a file and stores them, in the caller's transaction. Throws `MalformedFileError`. */
export async function importRows(
  db: Db,
  owner: DatasetVersion,
  { path, spectrumLength = null, onRow, onIssue }: FileToImport,
): Promise<SourceFile> {
  const { rows, progress, checksum } = openRows(path)
  const found = { spectrumLength }
  const writer = openBatchWriter(db, owner, (issue) => onIssue?.(issue))
  let count = 0
  try {
    for await (const row of checkRows(rows, found)) {
      await writer.add(row)
      for (const issue of row.issues) onIssue?.(issue)
      onRow?.(++count, progress)
    }
    await writer.flush()
  } finally {
    await writer.close()
  }
  return { spectrumLength: found.spectrumLength, checksum: checksum(), bytes: progress.bytes }
}
