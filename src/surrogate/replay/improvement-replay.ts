import { createBaselinesFirst } from '../strategies/baselines-first.js'
import { createImprovementStrategy, type Rating, rateByImprovement } from '../strategies/improvement-strategy.js'
import { createRandomStrategy } from '../strategies/random-strategy.js'
import type { TransferTrend } from '../transfer/transfer-trend.js'
import type { Replay, ReplayTable } from './replay.js'
import type { ReplayedFeatures } from './replayed-features.js'
import { createReplayedProcess } from './replayed-process.js'

/**
 * The baselines, then the highest rating (by default the greatest expected improvement) under a Gaussian process of the search's own completions. With a
 * trend from other datasets, the process knows enough to start at once.
 */
export function replayImprovement(
  { candidates, baselines }: ReplayTable,
  features: ReplayedFeatures,
  seed: number,
  trend: TransferTrend | null = null,
  rate: Rating = rateByImprovement,
): Replay {
  const process = createReplayedProcess(
    candidates.map(({ id }) => id),
    features,
    seed,
    trend,
  )
  return {
    prepare: (completed) =>
      process.prepare(new Map(completed.map(({ id, validationAccuracy }) => [id, validationAccuracy]))),
    createStrategy() {
      const rest = createRandomStrategy(candidates, seed)
      const improvement = createImprovementStrategy({ candidates, expect: process.expect, rate, rest })
      return createBaselinesFirst(improvement, baselines)
    },
  }
}
