import { METRIC_PROPERTIES, type Metrics } from '../../metrics.js'
import { refuseInput } from '../validate-input.js'

/** Metrics from a client. A missing metric was not measured. */
export type MetricsInput = { readonly [name in keyof Metrics]?: number | null }

/**
 * The metrics of an input. Accuracies must be within 0 to 1, losses finite, runtimes finite and not negative. Throws
 * BAD_USER_INPUT that names the first invalid metric.
 */
export function getValidMetrics(input: MetricsInput): Metrics {
  const entries = METRIC_PROPERTIES.map((name) => [name, getValidMetric(name, input[name] ?? null)])
  return Object.fromEntries(entries) as unknown as Metrics
}

/** The name of the first metric in an input; null if the input has no metric. */
export function findFirstMetric(input: MetricsInput): keyof Metrics | null {
  return METRIC_PROPERTIES.find((name) => input[name] !== null && input[name] !== undefined) ?? null
}

function getValidMetric(name: keyof Metrics, value: number | null): number | null {
  if (value === null) return null
  if (name.endsWith('Accuracy') && !(value >= 0 && value <= 1)) refuseInput(name, 'a fraction from 0 to 1', value)
  if (!Number.isFinite(value)) refuseInput(name, 'a finite number', value)
  if (name === 'runtimeSeconds' && value < 0) refuseInput(name, 'a duration of 0 or more seconds', value)
  return value
}
