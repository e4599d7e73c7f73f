import { toCanonical } from '../reading/canonical-text.js'
import type { RowIssue } from '../reading/parse-row.js'
import { findSpectrumProblem } from '../reading/spectrum-problem.js'

/** The spectrum of one function, from a file. */
export interface SpectrumRow {
  /** The expression as the file has it. */
  readonly key: string
  /** Where it stands in the file, such as `row 3` or `line 3`, from 1. */
  readonly place: string
  readonly byteOffset: number
  /** The canonical text; null if the row cannot be used. */
  readonly expression: string | null
  /** Null if the row says that the function has no spectrum. */
  readonly values: Float32Array | null
  /** Why there are no values, if the row says so. */
  readonly reason: string | null
  readonly issues: readonly RowIssue[]
}

/** What a file has at one place. */
export interface FoundSpectrum {
  readonly key: string
  readonly place: string
  readonly byteOffset: number
  /** A text instead of values says why they cannot be read. */
  readonly values: Float32Array | string | null
  readonly reason?: string | null
}

/** Checks what stands at a place of a file: the expression parses, and the values can be a spectrum. */
export function toSpectrumRow({ key, place, byteOffset, values, reason = null }: FoundSpectrum): SpectrumRow {
  const issues: RowIssue[] = []
  const note = (code: RowIssue['code'], problem: string, suggestion?: string) =>
    void issues.push({
      ...{ code, key: key.slice(0, 200), byteOffset, isKept: false },
      message: `${place}: ${problem}`,
      ...(suggestion === undefined ? {} : { suggestion }),
    })
  const expression = toCanonical(key, (problem, suggestion) => {
    const shown = JSON.stringify(key.slice(0, 80))
    note('UNUSABLE_EXPRESSION', `${shown} is not an expression over the known operators: ${problem}`, suggestion)
  })
  const problem = typeof values === 'string' ? values : values && findSpectrumProblem(values)
  if (problem !== null) note('UNUSABLE_SPECTRUM', `the spectrum of ${key.slice(0, 80)} is ${problem}`)
  return {
    ...{ key, place, byteOffset, issues },
    expression: issues.length > 0 ? null : expression,
    values: typeof values === 'string' ? null : values,
    reason: values === null ? reason : null,
  }
}

/** The row with an issue that concerns other rows too. */
export function withIssue(row: SpectrumRow, code: RowIssue['code'], problem: string): SpectrumRow {
  const { key, place, byteOffset, issues } = row
  const message = `${place}: ${problem}`
  return {
    ...row,
    expression: null,
    issues: [...issues, { code, key: key.slice(0, 200), byteOffset, message, isKept: false }],
  }
}
