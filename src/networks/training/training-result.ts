/** Learning curve of one epoch. Accuracies are fractions, losses mean cross-entropies in nats, null where not finite. */
export interface EpochMetrics {
  /** From 1. */
  epoch: number
  /** Over the epoch's batches, each before its step. */
  trainAccuracy: number
  trainLoss: number | null
  /** Over all validation pictures after the epoch. */
  validationAccuracy: number
  validationLoss: number | null
}

/** What one training from scratch with one seed gave. */
export interface TrainingResult {
  epochs: EpochMetrics[]
  trainAccuracy: number
  trainLoss: number | null
  validationAccuracy: number
  validationLoss: number | null
  testAccuracy: number
  testLoss: number | null
  /** Wall clock, without waiting for `onEpoch`; a resumed training counts what it took before, too. */
  runtimeSeconds: number
  backend: string
  device: string
  softwareVersion: string
  /** The loss was no longer finite and the training ended early: accuracies are at chance, losses null. */
  diverged: boolean
}
