import type { Db } from '../../db/connection/client.js'
import {
  findKnownSeeds,
  insertReportedRuns,
  type LockedEvaluation,
  lockReportedEvaluations,
  type ReportedRow,
} from '../../db/evaluations/insert-reported.js'
import { refreshMediansOf } from '../../db/evaluations/refresh-medians.js'
import type { Dataset, Evaluation } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { joinProblems } from '../join-problems.js'
import { refitWhenDue } from '../surrogates/refit-when-due.js'

/** Runs that a client measured, for its own dataset. */
export interface ReportedRuns {
  readonly dataset: Pick<Dataset, 'id' | 'name' | 'version'>
  readonly apiKeyId: number
  readonly rows: readonly ReportedRow[]
  /** The path of a row within the input, for errors. @defaultValue the empty path */
  readonly prefixOf?: (row: number) => string
}

/**
 * Adds runs that a client measured to the evaluations of their functions, and returns the evaluation of each row with the
 * medians over all its runs. The first run of a function creates its evaluation. The caller has checked that the client owns
 * the dataset, and passes its transaction. Throws CONFLICT if a seed was reported before or comes twice, or if a function
 * has the maximum number of runs.
 */
export async function recordReportedRuns(db: Db, reported: ReportedRuns): Promise<Evaluation[]> {
  const { dataset, apiKeyId, rows } = reported
  const target = { datasetId: dataset.id, datasetVersion: dataset.version, apiKeyId }
  const evaluations = await lockReportedEvaluations(db.$kysely, target, rows)
  const idOf = ({ activationId }: ReportedRow) => (evaluations.get(activationId) as LockedEvaluation).id
  requireRoomForRuns(reported, evaluations)
  await requireNewSeeds(db, reported)
  await insertReportedRuns(
    db.$kysely,
    target,
    rows.map((row) => ({ ...row, evaluationId: idOf(row) })),
  )
  const ids = [...new Set(rows.map(idOf))]
  await refreshMediansOf(db.$kysely, target, ids)
  await refitWhenDue(db, dataset.id)
  const recorded = await db.evaluation.findMany({ where: { id: { in: ids } } })
  const found = new Map(recorded.map((evaluation) => [evaluation.id, evaluation]))
  return rows.map((row) => found.get(idOf(row)) as Evaluation)
}

/** The same for one run. */
export async function recordReportedRun(
  db: Db,
  { dataset, apiKeyId, ...row }: Omit<ReportedRuns, 'rows'> & ReportedRow,
): Promise<Evaluation> {
  const [evaluation] = await recordReportedRuns(db, { dataset, apiKeyId, rows: [row] })
  return evaluation
}

/** Largest number of runs of one function that clients can report to a dataset. */
export const MAX_RUNS = 1000

function requireRoomForRuns(reported: ReportedRuns, evaluations: ReadonlyMap<number, LockedEvaluation>): void {
  const { dataset, rows } = reported
  const counts = new Map([...evaluations].map(([activationId, { runs }]) => [activationId, runs]))
  for (const [row, { activationId }] of rows.entries()) {
    const runs = (counts.get(activationId) ?? 0) + 1
    counts.set(activationId, runs)
    if (runs <= MAX_RUNS) continue
    const problem = `this function already has ${MAX_RUNS} runs in ${dataset.name}, which is the maximum`
    throw conflictAt(reported, row, 'expression', problem)
  }
}

async function requireNewSeeds(db: Db, reported: ReportedRuns): Promise<void> {
  const { dataset, rows } = reported
  const firstOf = new Map<string, number>()
  const repeated: ActbenchError[] = []
  for (const [row, { activationId, seed }] of rows.entries()) {
    if (seed === null) continue
    const run = `${activationId}:${seed}`
    const first = firstOf.get(run)
    if (first === undefined) firstOf.set(run, row)
    else repeated.push(conflictAt(reported, row, 'seed', `rows[${first}] has the same function with seed ${seed}`))
  }
  if (repeated.length > 0) throw joinProblems(repeated)
  if (firstOf.size === 0) return
  const target = { datasetId: dataset.id, datasetVersion: dataset.version }
  const known = await findKnownSeeds(db.$kysely, target, rows)
  if (known.length === 0) return
  const problemOf = (row: number) => `a run of this function with seed ${rows[row].seed} was reported before`
  throw joinProblems(known.map((row) => conflictAt(reported, row, 'seed', problemOf(row))))
}

function conflictAt({ prefixOf }: ReportedRuns, row: number, argument: string, problem: string): ActbenchError {
  const path = `${prefixOf?.(row) ?? ''}${argument}`
  return new ActbenchError('CONFLICT', `${path}: ${problem}`, { argument: path })
}
