import type { LearnedParameter } from '../../learned-parameters.js'

/** One epoch of a learning curve. Accuracies are fractions; losses are mean cross-entropies in nats, null if not finite. */
export interface EpochMetrics {
  /** Counted from 1. */
  epoch: number
  /** Mean over the epoch's batches, each measured before its step. */
  trainAccuracy: number
  trainLoss: number | null
  /** Mean over all validation pictures after the epoch. */
  validationAccuracy: number
  validationLoss: number | null
}

/** The result of one training from scratch with one seed. */
export interface TrainingResult {
  epochs: EpochMetrics[]
  trainAccuracy: number
  trainLoss: number | null
  validationAccuracy: number
  validationLoss: number | null
  testAccuracy: number
  testLoss: number | null
  /** Wall-clock seconds, without the time in `onEpoch`. A resumed training includes the time before it stopped. */
  runtimeSeconds: number
  backend: string
  device: string
  softwareVersion: string
  /** Whether the training ended early because its loss was not finite. Accuracies are then at chance, losses null. */
  diverged: boolean
  /** Why the training ended early at chance, with its epochs (chance.ts); null if it trained them all, or diverged. */
  endReason: string | null
  /** Null if the function has no parameters, or if the training diverged. */
  learnedParameters: readonly LearnedParameter[] | null
}
