import { createBaselinesFirst } from '../strategies/baselines-first.js'
import { createEvolutionStrategy, type EvolutionSettings } from '../strategies/evolution-strategy.js'
import { createListedSpace } from '../strategies/listed-space.js'
import { createRandomStrategy } from '../strategies/random-strategy.js'
import type { Replay, ReplayTable } from './replay.js'

/** The baselines, random candidates until there is a population, then evolution among the candidates. */
export function replayEvolution(
  { candidates, baselines }: ReplayTable,
  seed: number,
  sizes: Pick<EvolutionSettings, 'populationSize' | 'tournamentSize'> = {},
): Replay {
  const space = createListedSpace(candidates)
  return {
    createStrategy() {
      const random = createBaselinesFirst(createRandomStrategy(candidates, seed), baselines)
      return createEvolutionStrategy({ random, space, seed, ...sizes })
    },
  }
}
