import { replayEvolution } from './evolution-replay.js'
import { replayImprovement } from './improvement-replay.js'
import { replayMap } from './map-replay.js'
import { replayRandom } from './random-replay.js'
import type { Replay, ReplayInput } from './replay.js'

/**
 * One entry for each search strategy: how a replay by it is opened. The keys are the names of strategies in the API and on
 * the command line. To add a strategy, write its file in `strategies/` and add its entry here and in the services.
 */
export const REPLAYED_STRATEGIES = {
  RANDOM: async ({ table, seed }) => replayRandom(table, seed),
  REGULARIZED_EVOLUTION: async ({ table, seed }) => replayEvolution(table, seed),
  async SURROGATE({ table, seed, loadMapPoints }) {
    const points = await loadMapPoints()
    return points ? replayMap(table, points, seed) : replayRandom(table, seed)
  },
  EXPECTED_IMPROVEMENT: async ({ table, seed, loadFeatures }) => replayImprovement(table, await loadFeatures(), seed),
} satisfies Record<string, (input: ReplayInput) => Promise<Replay>>

/** The name of a search strategy, as in the API. */
export type StrategyName = keyof typeof REPLAYED_STRATEGIES
