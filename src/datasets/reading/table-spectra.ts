import { createHash } from 'node:crypto'
import type { RowIssue } from './parse-row.js'
import type { TableRow } from './parse-table.js'

/** The spectra of a table. All have one length, and each function has one spectrum. */
export interface TableSpectra {
  /** Number of values; null if no line had a spectrum. */
  readonly length: number | null
  /** The spectrum of a line if it is to be stored, or its mistake. `activation` names the function. */
  take(
    activation: string | number,
    row: TableRow,
  ): { readonly spectrum: Float32Array | null; readonly issue: RowIssue | null }
  /** Throws if most spectra have another length than the first one. */
  requireLength(): void
}

/** The first spectrum settles the length, unless it is given. */
export function createTableSpectra(givenLength: number | null): TableSpectra {
  const counts = new Map<number, number>()
  const seen = new Map<string | number, { readonly line: number; readonly hash: string }>()
  let length = givenLength
  const findProblem = (activation: string | number, values: Float32Array, line: number) => {
    if (values.length !== length) {
      return ['WRONG_SPECTRUM_LENGTH', `the spectrum: expected ${length} values, got ${values.length}`] as const
    }
    const hash = createHash('sha256')
      .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      .digest('hex')
    const first = seen.get(activation)
    if (first === undefined) seen.set(activation, { line, hash })
    if (first === undefined || first.hash === hash) return null
    return ['REPEATED_SPECTRUM', `line ${first.line} has another spectrum of this function, which counts`] as const
  }
  return {
    get length() {
      return length
    },
    take(activation, { spectrum, line, byteOffset, expression }) {
      if (spectrum === null) return { spectrum, issue: null }
      counts.set(spectrum.length, (counts.get(spectrum.length) ?? 0) + 1)
      length ??= spectrum.length
      const isKnown = seen.has(activation)
      const problem = findProblem(activation, spectrum, line)
      if (problem === null) return { spectrum: isKnown ? null : spectrum, issue: null }
      const [code, text] = problem
      const issue = { code, key: (expression ?? '').slice(0, 200), line, byteOffset, isKept: true }
      return { spectrum: null, issue: { ...issue, message: `line ${line}: ${text}` } }
    },
    requireLength() {
      const [most] = [...counts].sort((a, b) => b[1] - a[1])
      if (givenLength !== null || !most || most[1] === counts.get(length ?? 0)) return
      throw new Error(
        `spectra: lengths differ; expected ${length} values as in the first line with a spectrum, got ${most[0]} in most lines; set the length with --spectrum-length`,
      )
    },
  }
}
