import { checkRows } from './check-rows.js'
import type { RowIssue } from './parse-row.js'
import { openRows, type ReadProgress } from './read-rows.js'

export interface CheckedFile {
  readonly rows: number
  /** Number of rows that an import would store as evaluations: usable, and not repeated later. */
  readonly evaluations: number
  readonly spectrumLength: number | null
  /** SHA-256 of the JSON. */
  readonly checksum: string
  /** Number of bytes of the JSON. */
  readonly bytes: number
}

export interface CheckFileOptions {
  readonly spectrumLength?: number | null
  onRow?(rows: number, progress: ReadProgress): void
  onIssue?(issue: RowIssue): void
}

/** Reads an Act-Bench file to its end and stores nothing. Throws `MalformedFileError`, as an import does. */
export async function checkFile(path: string, options: CheckFileOptions = {}): Promise<CheckedFile> {
  const { rows: sources, progress, checksum } = openRows(path)
  const found = { spectrumLength: options.spectrumLength ?? null }
  let rows = 0
  let evaluations = 0
  for await (const row of checkRows(sources, found)) {
    rows++
    if (row.expression !== null && !row.isRepeated) evaluations++
    for (const issue of row.issues) options.onIssue?.(issue)
    options.onRow?.(rows, progress)
  }
  return { rows, evaluations, ...found, checksum: checksum(), bytes: progress.bytes }
}
