import { createRandomStream, type Random } from '../../numeric/random.js'
import { createObservedEvaluations } from './observed-evaluations.js'
import type { Candidate, SearchStrategy } from './search-strategy.js'

/** The space of functions, as evolution needs it. */
export interface EvolvedSpace {
  /**
   * The completed function of an id, as a parent of mutants; null if the id is unknown, and then it has no children.
   */
  find(id: string): Candidate | null
  /** A random mutant that `isFree` accepts; null if none was found. */
  mutate(parent: Candidate, random: Random, isFree: (id: string) => boolean): Candidate | null
}

export interface EvolutionSettings {
  /** Suggests until there is a population, and again if a parent has no free mutant. */
  readonly random: SearchStrategy
  readonly space: EvolvedSpace
  readonly seed: number
  /** Size of the population: the last completed functions. @defaultValue 10 */
  readonly populationSize?: number
  /** Number of draws in the tournament for the next parent. @defaultValue 5 */
  readonly tournamentSize?: number
}

/**
 * Regularised evolution (Real, Aggarwal, Huang & Le 2019, arXiv 1802.01548). The best of a random few among the last
 * completed functions is mutated; the oldest leaves the population, however good it is. The random strategy suggests
 * until the population is full. Age is the order in which completions were first observed. The paper's population of
 * 100 with tournaments of 25 suits thousands of evaluations; searches here have a few hundred. Of six pairs of sizes
 * this one was fastest on Mini-CNN (docs/lab/surrogate-trials.md).
 */
export function createEvolutionStrategy(settings: EvolutionSettings): SearchStrategy {
  const { random: rest, space, seed, populationSize = 10, tournamentSize = 5 } = settings
  const observed = createObservedEvaluations()
  return {
    update(completed, leased) {
      const [ended, out] = [[...completed], [...leased]]
      observed.update(ended, out)
      rest.update(ended, out)
    },
    suggest(count) {
      if (count <= 0) return []
      const population = listPopulation(observed.metrics, space, populationSize)
      const chosen = new Map<string, Candidate>()
      const isFree = (id: string) => observed.isFree(id) && !chosen.has(id)
      const others = rest.suggest(count)
      // Each suggestion has its own random sequence, so the suggestions after an update do not depend on the count.
      const known = observed.metrics.size + observed.leased().length
      for (let index = 0; index < count; index++) {
        const random = createRandomStream(seed, known + index)
        const child =
          population.length < populationSize
            ? null
            : space.mutate(holdTournament(population, tournamentSize, random), random, isFree)
        const next = child ?? others.find((candidate) => isFree(candidate.id))
        if (!next) break
        chosen.set(next.id, next)
      }
      return [...chosen.values()]
    },
  }
}

interface Individual {
  readonly candidate: Candidate
  readonly metric: number
}

function listPopulation(metrics: ReadonlyMap<string, number | null>, space: EvolvedSpace, size: number): Individual[] {
  const population: Individual[] = []
  for (const [id, metric] of [...metrics].reverse()) {
    const candidate = metric === null ? null : space.find(id)
    if (candidate && metric !== null) population.push({ candidate, metric })
    if (population.length === size) break
  }
  return population
}

/** The best of `size` draws with replacement; the first drawn wins a tie. */
function holdTournament(population: readonly Individual[], size: number, random: Random): Candidate {
  let best = population[random.integer(population.length)]
  for (let draw = 1; draw < size; draw++) {
    const rival = population[random.integer(population.length)]
    if (rival.metric > best.metric) best = rival
  }
  return best.candidate
}
