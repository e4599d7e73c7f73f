import { createBaselinesFirst } from '../strategies/baselines-first.js'
import { createImprovementStrategy } from '../strategies/improvement-strategy.js'
import { createRandomStrategy } from '../strategies/random-strategy.js'
import type { Replay, ReplayTable } from './replay.js'
import type { ReplayedFeatures } from './replayed-features.js'
import { createReplayedProcess } from './replayed-process.js'

/** The baselines, then the greatest expected improvement under a Gaussian process of the search's own completions. */
export function replayImprovement(table: ReplayTable, features: ReplayedFeatures, seed: number): Replay {
  const { candidates, baselines } = table
  const process = createReplayedProcess(
    candidates.map(({ id }) => id),
    features,
    seed,
  )
  return {
    prepare: (completed) =>
      process.prepare(new Map(completed.map(({ id, validationAccuracy }) => [id, validationAccuracy]))),
    createStrategy() {
      const rest = createRandomStrategy(candidates, seed)
      const improvement = createImprovementStrategy({ candidates, expect: process.expect, rest })
      return createBaselinesFirst(improvement, baselines)
    },
  }
}
