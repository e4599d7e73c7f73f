import { parseRunLine, type RunLine } from '../datasets/shipped/run-line.js'
import type { ShowLine } from '../progress/terminal-line.js'
import { createWorkProgress } from '../progress/work-progress.js'
import type { BulkItem } from './bulk-item.js'
import { compareRuns, computeTolerance, type RunComparison } from './compare-runs.js'
import { runItems } from './run-items.js'
import { drawRuns } from './stored-runs.js'

export interface VerifyOptions {
  readonly dataset: string
  /** The version that this release trains. */
  readonly version: string
  /** All stored runs of the dataset. */
  readonly runs: readonly RunLine[]
  /** Number of functions. */
  readonly sample: number
  readonly seed: number
  readonly processes: number
  readonly backend: string
  /** Replaces the tolerance that the noise of the runs gives. */
  readonly tolerance?: number
  readonly signal?: AbortSignal
  readonly show: ShowLine
}

/** A stored run and its repetition; `failure` says why it is missing. */
export interface VerifiedRun {
  readonly run: RunLine
  readonly again: RunLine | null
  readonly failure: string | null
  readonly outcome: RunComparison['outcome'] | 'FAILED'
  readonly differences: readonly string[]
}

export interface Verification {
  readonly tolerance: number
  readonly verified: readonly VerifiedRun[]
}

/**
 * Trains some of the stored runs again and compares them. Throws if no run has the version that this release trains, because
 * runs of another version cannot be repeated.
 */
export async function verifyRuns(options: VerifyOptions): Promise<Verification> {
  const { dataset, version, sample, seed, show } = options
  const runs = options.runs.filter((run) => run.version === version)
  if (runs.length === 0) {
    const found = [...new Set(options.runs.map((run) => run.version))]
    const got = found.length > 0 ? `only runs of version ${found.join(', ')}` : 'none'
    throw new Error(`${dataset}: expected runs of version ${version}, got ${got}`)
  }
  const tolerance = options.tolerance ?? computeTolerance(runs) ?? 0
  const drawn = drawRuns(runs, sample, seed)
  const items = drawn.map(({ expression, seed: own }): BulkItem => ({ kind: 'TRAIN', dataset, expression, seed: own }))
  const verified = new Map<BulkItem, VerifiedRun>()
  const progress = createWorkProgress(items.length, 0, show)
  await runItems(items, {
    ...options,
    onAnswer(item, answer) {
      const run = drawn[items.indexOf(item)]
      if ('failure' in answer) {
        const { failure } = answer
        verified.set(item, { run, again: null, failure, outcome: 'FAILED', differences: [] })
      } else {
        const again = parseRunLine(answer.line)
        verified.set(item, { run, again, failure: null, ...compareRuns(run, again, tolerance) })
      }
      progress.note(item.expression, answer)
    },
  })
  progress.finish()
  return { tolerance, verified: items.flatMap((item) => verified.get(item) ?? []) }
}
