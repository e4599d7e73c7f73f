import { closeSync, openSync, writeSync } from 'node:fs'
import type { RowIssue } from '../datasets/reading/parse-row.js'

/** Collects the problems that an import finds in rows. */
export interface IssueReport {
  note(issue: RowIssue): void
  /** Closes the file and returns a summary of each kind. */
  finish(): IssueSummary[]
}

/** The problems of one kind. */
export interface IssueSummary {
  readonly code: RowIssue['code']
  readonly count: number
  /** How many of them are in rows that are no evaluations. */
  readonly skipped: number
  readonly first: RowIssue
  /** The same as a sentence. */
  readonly line: string
}

/** Opens a report. Each issue becomes a line of JSON in the file, if a path is given. */
export function openIssueReport(path: string | undefined): IssueReport {
  const file = path === undefined ? null : openSync(path, 'w')
  const kinds = new Map<RowIssue['code'], { count: number; skipped: number; first: RowIssue }>()
  return {
    note(issue) {
      if (file !== null) writeSync(file, `${JSON.stringify(issue)}\n`)
      const kind = kinds.get(issue.code) ?? { count: 0, skipped: 0, first: issue }
      kinds.set(issue.code, kind)
      kind.count++
      if (!issue.isKept) kind.skipped++
    },
    finish() {
      if (file !== null) closeSync(file)
      return [...kinds].map(([code, { count, skipped, first }]) => {
        const fate = skipped > 0 ? `, ${skipped} in rows that are no evaluations` : ''
        const line = `${code}: ${count}${fate}; the first: ${first.key} at byte ${first.byteOffset}: ${first.message}`
        return { code, count, skipped, first, line }
      })
    },
  }
}
