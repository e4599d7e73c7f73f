import type { Database } from '../../db/connection/client.js'
import { ActbenchError } from '../../errors.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { refuseInput } from '../validate-input.js'
import { type ReportEvaluationInput, type ReportedEvaluation, reportEvaluation } from './report-evaluation.js'

export interface ReportEvaluationsInput {
  /** 1 to 100 reports. An error stands for a report that could not be read. */
  readonly reports: readonly (ReportEvaluationInput | ActbenchError)[]
  /** At most 200 characters. It counts for every report that has no key of its own. */
  readonly idempotencyKey?: string | null
}

export const MAX_REPORTS = 100

/**
 * Records reports one after the other, each in a transaction of its own, and returns what `reportEvaluation` returns for
 * each, or its error with the place of the report. If the process dies in between, a repetition with the same key records
 * the rest. Scope: SEARCH. Throws BAD_USER_INPUT unless there are 1 to 100 reports.
 */
export async function reportEvaluations(
  database: Database,
  viewer: Viewer | null,
  { reports, idempotencyKey }: ReportEvaluationsInput,
): Promise<(ReportedEvaluation | ActbenchError)[]> {
  requireScope(viewer, 'SEARCH')
  const { length } = reports
  if (length < 1 || length > MAX_REPORTS) refuseInput('reports', `1 to ${MAX_REPORTS} reports`, `${length} reports`)
  const answers: (ReportedEvaluation | ActbenchError)[] = []
  for (const [place, report] of reports.entries()) {
    if (report instanceof ActbenchError) {
      answers.push(atPlace(report, place))
      continue
    }
    const isKeyed = report.idempotencyKey != null || idempotencyKey == null
    const keyed = isKeyed ? report : { ...report, idempotencyKey }
    try {
      answers.push(await reportEvaluation(database, viewer, keyed, isKeyed ? undefined : place))
    } catch (error) {
      if (!(error instanceof ActbenchError)) throw error
      answers.push(atPlace(error, place))
    }
  }
  return answers
}

/** The same error with the path of its report. */
function atPlace({ code, message, extensions }: ActbenchError, place: number): ActbenchError {
  const path = `reports[${place}]`
  if (typeof extensions.argument !== 'string') return new ActbenchError(code, `${path}: ${message}`, extensions)
  return new ActbenchError(code, `${path}.${message}`, { ...extensions, argument: `${path}.${extensions.argument}` })
}
