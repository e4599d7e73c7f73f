/**
 * The measured quantities of a run or an evaluation, in the order of the Act-Bench files. Code that handles every metric
 * loops over this table. A new metric is a line here, a migration that adds its column, and a field of the API's types.
 */
export const METRICS = {
  TRAIN_ACCURACY: {
    property: 'trainAccuracy',
    column: 'train_accuracy',
    fileKey: 'Train Accuracy',
    kind: 'accuracy',
    isHigherBetter: true,
    description: 'Share of the training samples that are classified correctly, from 0 to 1.',
  },
  TRAIN_LOSS: {
    property: 'trainLoss',
    column: 'train_loss',
    fileKey: 'Train Loss',
    kind: 'loss',
    isHigherBetter: false,
    description: 'Mean cross-entropy of the training samples, in nats.',
  },
  VALIDATION_ACCURACY: {
    property: 'validationAccuracy',
    column: 'validation_accuracy',
    fileKey: 'Validation Accuracy',
    kind: 'accuracy',
    isHigherBetter: true,
    description: 'Share of the validation samples that are classified correctly, from 0 to 1.',
  },
  VALIDATION_LOSS: {
    property: 'validationLoss',
    column: 'validation_loss',
    fileKey: 'Validation Loss',
    kind: 'loss',
    isHigherBetter: false,
    description: 'Mean cross-entropy of the validation samples, in nats.',
  },
  TEST_ACCURACY: {
    property: 'testAccuracy',
    column: 'test_accuracy',
    fileKey: 'Test Accuracy',
    kind: 'accuracy',
    isHigherBetter: true,
    description: 'Share of the test samples that are classified correctly, from 0 to 1.',
  },
  TEST_LOSS: {
    property: 'testLoss',
    column: 'test_loss',
    fileKey: 'Test Loss',
    kind: 'loss',
    isHigherBetter: false,
    description: 'Mean cross-entropy of the test samples, in nats.',
  },
  RUNTIME: {
    property: 'runtimeSeconds',
    column: 'runtime_seconds',
    fileKey: 'Runtime (s)',
    kind: 'duration',
    isHigherBetter: false,
    description: 'Duration of one training, in seconds.',
  },
} as const satisfies Record<string, MetricEntry>

interface MetricEntry {
  /** The name in the API and in TypeScript. */
  readonly property: string
  /** The column of the tables `evaluations`, `runs` and `suggestions`. */
  readonly column: string
  /** The key in an Act-Bench file. */
  readonly fileKey: string
  /** An accuracy is a fraction from 0 to 1, a loss any finite number, a duration a number of seconds from 0. */
  readonly kind: 'accuracy' | 'loss' | 'duration'
  readonly isHigherBetter: boolean
  readonly description: string
}

type Entries = typeof METRICS

/** A metric as the API names it, such as `VALIDATION_ACCURACY`. */
export type Metric = keyof Entries

/** The property of a metric, such as `validationAccuracy`. */
export type MetricProperty = Entries[Metric]['property']

/** The keys of the metrics in an Act-Bench file. */
export type MetricKey = Entries[Metric]['fileKey']

/** The metrics of a run or an evaluation; null if a metric was not measured or is not finite. */
export type Metrics = { readonly [Property in MetricProperty]: number | null }

/** The entries of the table, in its order. */
export const METRIC_ENTRIES: readonly Entries[Metric][] = Object.values(METRICS)

export const METRIC_PROPERTIES: readonly MetricProperty[] = METRIC_ENTRIES.map(({ property }) => property)

/** The metrics among the properties of an object. */
export function pickMetrics(source: Metrics): Metrics {
  return Object.fromEntries(METRIC_PROPERTIES.map((property) => [property, source[property]])) as Metrics
}

/** Whether a number can be a value of the metric; other numbers are stored as null. */
export function isMetricValue(property: MetricProperty, value: number): boolean {
  if (!Number.isFinite(value)) return false
  const kind = KINDS[property]
  if (kind === 'accuracy') return value >= 0 && value <= 1
  return kind === 'loss' || value >= 0
}

const KINDS = Object.fromEntries(METRIC_ENTRIES.map(({ property, kind }) => [property, kind])) as {
  readonly [Property in MetricProperty]: MetricEntry['kind']
}
