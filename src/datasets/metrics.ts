/** Metrics of a run or of an evaluation: accuracies are fractions, losses nats, runtimes seconds; null where not measured or not finite. */
export interface Metrics {
  readonly trainAccuracy: number | null
  readonly trainLoss: number | null
  readonly validationAccuracy: number | null
  readonly validationLoss: number | null
  readonly testAccuracy: number | null
  readonly testLoss: number | null
  readonly runtimeSeconds: number | null
}
