import { closeSync, openSync, writeSync } from 'node:fs'
import type { RowIssue } from '../../datasets/reading/parse-row.js'

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
  /** For expressions that do not parse: the different texts, as far as they fit on a screen. */
  readonly examples: readonly ExampleIssue[]
  /** The same as a sentence, and a line for each example. */
  readonly line: string
}

/** A text that does not parse, with a similar one that does, or null. */
export interface ExampleIssue {
  readonly key: string
  readonly count: number
  readonly firstLine: number | null
  readonly suggestion: string | null
}

const MAX_EXAMPLES = 20

interface Kind {
  count: number
  skipped: number
  readonly first: RowIssue
  readonly examples: Map<string, { count: number; readonly issue: RowIssue }>
}

/** Opens a report. Each issue becomes a line of JSON in the file, if a path is given. */
export function openIssueReport(path: string | undefined): IssueReport {
  const file = path === undefined ? null : openSync(path, 'w')
  const kinds = new Map<RowIssue['code'], Kind>()
  return {
    note(issue) {
      if (file !== null) writeSync(file, `${JSON.stringify(issue)}\n`)
      const kind = kinds.get(issue.code) ?? { count: 0, skipped: 0, first: issue, examples: new Map() }
      kinds.set(issue.code, kind)
      kind.count++
      if (!issue.isKept) kind.skipped++
      if (issue.code !== 'UNUSABLE_EXPRESSION') return
      const example = kind.examples.get(issue.key)
      if (example) example.count++
      else if (kind.examples.size < MAX_EXAMPLES) kind.examples.set(issue.key, { count: 1, issue })
    },
    finish() {
      if (file !== null) closeSync(file)
      return [...kinds].map(([code, { count, skipped, first, examples: texts }]) => {
        const examples = [...texts].map(([key, { count, issue }]) => ({
          ...{ key, count, firstLine: issue.line ?? null, suggestion: issue.suggestion ?? null },
        }))
        const fate = skipped > 0 ? `, ${skipped} in rows that are no evaluations` : ''
        const line = `${code}: ${count}${fate}; the first: ${first.key} at byte ${first.byteOffset}: ${first.message}`
        return { code, count, skipped, first, examples, line: [line, ...examples.map(describeExample)].join('\n') }
      })
    },
  }
}

function describeExample({ key, count, firstLine, suggestion }: ExampleIssue): string {
  const rows = count === 1 ? '1 row' : `${count} rows`
  const place = firstLine === null ? rows : `${rows} from line ${firstLine}`
  return `  ${JSON.stringify(key)} (${place})${suggestion === null ? '' : `; did you mean ${suggestion}?`}`
}
