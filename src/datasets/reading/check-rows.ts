import type { RowIssue, SourceRow } from './parse-row.js'

/** A row with all that was found wrong with it. Its spectrum is null where its length is not the dataset's. */
export interface CheckedRow extends SourceRow {
  /** Whether an earlier row has the same expression: this one replaces it, as in Python. */
  readonly isRepeated: boolean
}

/** What is held back to see which length spectra have: 100 rows, or 4 MB of the file, some 32 rows of a published one. */
const SAMPLE_ROWS = 100
const SAMPLE_BYTES = 2 ** 22

/**
 * Adds what only shows between rows: repeated keys, and spectra of another length than the wanted one. Where that is null,
 * it becomes the most frequent length of the first rows; throws where the whole file has another one. Remembers the
 * expressions, and of the rest nothing.
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
    throw new Error(`most spectra have ${found} values, those of the first rows ${used}: say which length is meant`)
  }
}

/** The longer of two that are as frequent. */
function mostFrequent(counts: ReadonlyMap<number, number>): number | null {
  const [first] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])
  return first?.[0] ?? null
}

function describeRepeat({ key, source, expression }: SourceRow): RowIssue {
  const message = `an earlier row has ${expression} too; this one counts`
  return { code: 'REPEATED_KEY', key: key.slice(0, 200), byteOffset: source.byteOffset, message, isKept: true }
}

function describeLength({ key, spectrum, spectrumOffset, expression }: SourceRow, wanted: number | null): RowIssue {
  const message = `the spectrum has ${spectrum?.length} values, not ${wanted}`
  const isKept = expression !== null
  return { code: 'WRONG_SPECTRUM_LENGTH', key: key.slice(0, 200), byteOffset: spectrumOffset, message, isKept }
}
