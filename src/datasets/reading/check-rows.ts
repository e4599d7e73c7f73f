import type { RowIssue, SourceRow } from './parse-row.js'

/** A row with all its issues. Its spectrum is null if its length differs from the length in the dataset. */
export interface CheckedRow extends SourceRow {
  /** Whether an earlier row has the same expression. This row replaces it, as in Python. */
  readonly isRepeated: boolean
}

/** Rows that are held back until the length of spectra is known: 100 rows, or 4 MB (32 rows of a published dataset). */
const SAMPLE_ROWS = 100
const SAMPLE_BYTES = 2 ** 22

/**
 * Adds the issues that concern several rows: repeated keys, and spectra whose length is not the wanted one. If the wanted
 * length is null, it becomes the most frequent length of the first rows; throws if another length is most frequent in the
 * whole file. Of earlier rows only the expressions stay in memory.
 */
export async function* checkRows(
  rows: AsyncIterable<SourceRow>,
  wanted: { spectrumLength: number | null },
): AsyncGenerator<CheckedRow, void, void> {
  const isGiven = wanted.spectrumLength !== null
  const seen = new Set<string>()
  const counts = new Map<number, number>()
  const check = (row: SourceRow): CheckedRow => {
    const isRepeated = row.expression !== null && seen.has(row.expression)
    if (row.expression !== null) seen.add(row.expression)
    const issues = [...row.issues]
    if (isRepeated) issues.push(describeRepeat(row))
    const isWrong = row.spectrum !== null && row.spectrum.length !== wanted.spectrumLength
    if (isWrong) issues.push(describeLength(row, wanted.spectrumLength))
    return { ...row, issues, isRepeated, spectrum: isWrong ? null : row.spectrum }
  }
  let held: SourceRow[] | null = []
  let heldBytes = 0
  for await (const row of rows) {
    if (row.spectrum) counts.set(row.spectrum.length, (counts.get(row.spectrum.length) ?? 0) + 1)
    if (!held) {
      yield check(row)
      continue
    }
    held.push(row)
    heldBytes += row.source.bytes.length
    if (held.length < SAMPLE_ROWS && heldBytes < SAMPLE_BYTES) continue
    wanted.spectrumLength ??= mostFrequent(counts)
    yield* held.map(check)
    held = null
  }
  wanted.spectrumLength ??= mostFrequent(counts)
  if (held) yield* held.map(check)
  const found = mostFrequent(counts)
  const used = wanted.spectrumLength
  if (!isGiven && found !== used && counts.get(found ?? 0) !== counts.get(used ?? 0)) {
    throw new Error(
      `spectra: lengths differ; expected ${used} values as in the first rows, got ${found} in most rows; set the length with --spectrum-length`,
    )
  }
}

/** The most frequent length; of two that are equally frequent, the longer one. */
function mostFrequent(counts: ReadonlyMap<number, number>): number | null {
  const [first] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])
  return first?.[0] ?? null
}

function describeRepeat({ key, source, expression }: SourceRow): RowIssue {
  const message = `an earlier row also has ${expression}; this row replaces it`
  return { code: 'REPEATED_KEY', key: key.slice(0, 200), byteOffset: source.byteOffset, message, isKept: true }
}

function describeLength({ key, spectrum, spectrumOffset, expression }: SourceRow, wanted: number | null): RowIssue {
  const message = `the spectrum: expected ${wanted} values, got ${spectrum?.length}`
  const isKept = expression !== null
  return { code: 'WRONG_SPECTRUM_LENGTH', key: key.slice(0, 200), byteOffset: spectrumOffset, message, isKept }
}
