import { computeMoments } from '../../numeric/moments.js'
import { createBaselinesFirst } from '../strategies/baselines-first.js'
import { createEvolutionStrategy, type EvolutionSettings } from '../strategies/evolution-strategy.js'
import { createImprovementStrategy } from '../strategies/improvement-strategy.js'
import { createListedSpace } from '../strategies/listed-space.js'
import { createMapRanking } from '../strategies/map-ranking.js'
import { createRandomStrategy } from '../strategies/random-strategy.js'
import type { Candidate, CompletedCandidate, SearchStrategy } from '../strategies/search-strategy.js'
import { createSurrogateStrategy, type RankedCandidate } from '../strategies/surrogate-strategy.js'
import { createReplayedProcess, type ReplayedFeatures } from './replayed-process.js'

/** Measured functions whose measurements a replay reveals one by one. */
export interface ReplayTable {
  readonly candidates: readonly Candidate[]
  /** Those of the candidates that a search tries first, in their order. */
  readonly baselines: readonly Candidate[]
}

/** Accuracies predicted on a map that differ by less are not told apart; in standard deviations of what was measured. */
const TOLERANCE = 0.25

/** A map by the candidates' ids; functions without a place are suggested last. */
export type MapPositions = ReadonlyMap<string, readonly [x: number, y: number]>

/** What a search remembers between two questions; every strategy that it makes is to be told of all that ended. */
export interface Replay {
  /** What is costly, before a strategy is made; nothing happens where it is not called. */
  prepare?(completed: readonly CompletedCandidate[]): Promise<void>
  createStrategy(): SearchStrategy
}

/** Candidates at random. */
export function replayRandom({ candidates }: ReplayTable, seed: number): Replay {
  return { createStrategy: () => createRandomStrategy(candidates, seed) }
}

/** The baselines, random candidates for a population, then evolution among the candidates. */
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

/**
 * The baselines, then the highest mean of the three nearest on the map among what the search itself completed. The map saw
 * no measurement when it was fitted, so it gives nothing away. Early in a search hundreds of functions have the same three
 * nearest and so the same prediction, and later those of whole clusters are nearly the same: of these the function farthest
 * from what is known comes first, since it tells most.
 */
export function replayMap({ candidates, baselines }: ReplayTable, positions: MapPositions, seed: number): Replay {
  const ranking = createMapRanking()
  const learned = new Set<string>()
  const measured: number[] = []
  const places = candidates.map(({ id }) => {
    const position = positions.get(id)
    return position ? ranking.addPlace(...position) : null
  })
  const learn = (completed: readonly CompletedCandidate[]) => {
    for (const { id, validationAccuracy } of completed) {
      const position = positions.get(id)
      if (validationAccuracy === null || !position || learned.has(id)) continue
      learned.add(id)
      measured.push(validationAccuracy)
      ranking.learn(...position, validationAccuracy)
    }
  }
  const ranked = {
    *[Symbol.iterator](): Generator<RankedCandidate> {
      for (const [index, candidate] of candidates.entries()) {
        const place = places[index]
        if (place === null) yield { ...candidate, prediction: null }
        else yield { ...candidate, prediction: ranking.meanAt(place), remoteness: ranking.remotenessOf(place) }
      }
    },
  }
  return {
    createStrategy() {
      const strategy = createSurrogateStrategy(
        baselines,
        ranked,
        seed,
        () => TOLERANCE * Math.sqrt(computeMoments(measured).variance),
      )
      return {
        update(completed, active) {
          const ended = [...completed]
          learn(ended)
          strategy.update(ended, active)
        },
        suggest: (count) => strategy.suggest(count),
      }
    },
  }
}

/** The baselines, then the greatest expected improvement by a process of what the search itself completed. */
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
