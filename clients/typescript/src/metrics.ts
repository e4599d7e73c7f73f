/** The metrics of a run. Accuracies are from 0 to 1, losses in nats. */
export const METRICS = [
  'trainAccuracy',
  'trainLoss',
  'validationAccuracy',
  'validationLoss',
  'testAccuracy',
  'testLoss',
  'runtimeSeconds',
] as const

export type Metric = (typeof METRICS)[number]
