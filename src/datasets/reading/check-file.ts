import { checkRows } from './check-rows.js'
import type { RowIssue } from './parse-row.js'
import { findRepeat } from './parse-table.js'
import { findFormat, openRows, openTable, type ReadProgress } from './read-rows.js'
import { createTableSpectra } from './table-spectra.js'
import { findWrongEquivalents, identifyText } from './wrong-equivalents.js'

export interface CheckedFile {
  readonly rows: number
  /** Number of rows that an import would store as evaluations: usable, and not repeated later. */
  readonly evaluations: number
  readonly spectrumLength: number | null
  /** SHA-256 of the text. */
  readonly checksum: string
  /** Number of bytes of the text. */
  readonly bytes: number
}

export interface CheckFileOptions {
  readonly spectrumLength?: number | null
  onRow?(rows: number, progress: ReadProgress): void
  onIssue?(issue: RowIssue): void
}

/** Reads a file to its end and stores nothing. Throws `MalformedFileError`, as an import does. */
export async function checkFile(path: string, options: CheckFileOptions = {}): Promise<CheckedFile> {
  if ((await findFormat(path)) !== 'ACT_BENCH') return checkTable(path, options)
  const { rows: sources, progress, checksum } = openRows(path)
  const found = { spectrumLength: options.spectrumLength ?? null }
  let rows = 0
  let evaluations = 0
  for await (const row of checkRows(sources, found)) {
    rows++
    if (row.expression !== null && !row.isRepeated) evaluations++
    for (const issue of row.issues) options.onIssue?.(issue)
    for (const issue of findWrongEquivalents(row, identifyText).values()) options.onIssue?.(issue)
    options.onRow?.(rows, progress)
  }
  return { rows, evaluations, ...found, checksum: checksum(), bytes: progress.bytes }
}

async function checkTable(path: string, options: CheckFileOptions): Promise<CheckedFile> {
  const { rows: lines, progress, checksum } = openTable(path)
  const functions = new Map<string, string>()
  const seeds = new Map<string, number>()
  const spectra = createTableSpectra(options.spectrumLength ?? null)
  let rows = 0
  for await (const row of lines) {
    rows++
    for (const issue of row.issues) options.onIssue?.(issue)
    if (row.expression !== null) {
      const identity = functions.get(row.expression) ?? identifyText(row.expression)
      functions.set(row.expression, identity)
      const repeat = findRepeat(seeds, identity, row)
      if (repeat) options.onIssue?.(repeat)
      const { issue } = spectra.take(identity, row)
      if (issue) options.onIssue?.(issue)
    }
    options.onRow?.(rows, progress)
  }
  spectra.requireLength()
  const evaluations = new Set(functions.values()).size
  return { rows, evaluations, spectrumLength: spectra.length, checksum: checksum(), bytes: progress.bytes }
}
