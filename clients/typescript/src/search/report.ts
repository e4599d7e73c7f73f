import { METRICS, type Metric } from '../metrics.js'

/** The result of an objective: the validation accuracy, or metrics with metadata, or the reason of a failure. */
export type Outcome =
  | number
  | ({ readonly [name in Metric]?: number | null } & {
      readonly metadata?: Readonly<Record<string, unknown>>
      readonly failure?: string
    })

/** The input of a report, without its suggestion. */
export type Report = { readonly [name in Metric]?: number } & { metadata?: Record<string, unknown>; failure?: string }

const LONGEST_FAILURE = 1000
const EXPECTED = 'expected a number or an object of metrics'

/** The report of the value that an objective returned. Any other value is a failure. NaN and infinity count as not measured. */
export function toReport(outcome: unknown): Report {
  if (typeof outcome === 'number') return toReport({ validationAccuracy: outcome })
  if (typeof outcome !== 'object' || outcome === null || Array.isArray(outcome)) {
    return { failure: `the objective returned ${outcome === null ? 'null' : typeof outcome}; ${EXPECTED}` }
  }
  const report: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(outcome)) {
    if (!isMetric(name) && name !== 'metadata' && name !== 'failure') {
      return { failure: `the objective returned ${JSON.stringify(name)}, which is no metric`.slice(0, LONGEST_FAILURE) }
    }
    if (value === undefined || value === null || (typeof value === 'number' && !Number.isFinite(value))) continue
    report[name] = value
  }
  const { failure, metadata, validationAccuracy } = report
  const noted = metadata === undefined ? {} : { metadata: metadata as Record<string, unknown> }
  if (failure !== undefined) return { ...noted, failure: shorten(String(failure)) }
  if (validationAccuracy !== undefined) return report as Report
  const given = (outcome as { validationAccuracy?: unknown }).validationAccuracy
  return { ...noted, failure: `the validation accuracy is ${given}; expected a fraction from 0 to 1` }
}

/** The report of an objective that threw. */
export function toFailure(error: unknown): Report {
  return { failure: shorten(error instanceof Error ? `${error.name}: ${error.message}` : String(error)) }
}

/** The report of metrics that the service refused. */
export function toRefusedReport(message: string): Report {
  return { failure: shorten(`the service refused the metrics: ${message}`) }
}

function isMetric(name: string): name is Metric {
  return (METRICS as readonly string[]).includes(name)
}

function shorten(text: string): string {
  return text.slice(0, LONGEST_FAILURE) || 'the objective gave no reason'
}
