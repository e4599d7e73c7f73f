import { METRICS, type Metric, type MetricProperty } from '../metrics.js'

export interface NamedMetric {
  readonly metric: Metric
  readonly property: MetricProperty
}

/** The metrics by the names that commands take, such as `validation-accuracy`. */
export const METRICS_BY_NAME: ReadonlyMap<string, NamedMetric> = new Map(
  Object.entries(METRICS).map(([metric, { property }]) => [
    metric.toLowerCase().replaceAll('_', '-'),
    { metric: metric as Metric, property },
  ]),
)

/** Finds a metric by any usual spelling of its name, such as validationAccuracy or validation_accuracy. */
export function findMetric(name: string): NamedMetric | undefined {
  const plain = toPlain(name)
  for (const [known, found] of METRICS_BY_NAME) {
    if (plain === toPlain(known) || plain === toPlain(found.property)) return found
  }
  return undefined
}

function toPlain(name: string): string {
  return name.toLowerCase().replace(/[-_\s]/g, '')
}
