import { createRandomStream, type Random } from '../../numeric/random.js'
import { createObservedEvaluations } from './observed-evaluations.js'
import type { Candidate, SearchStrategy } from './search-strategy.js'

/** What evolution needs to know of the functions that it goes through. */
export interface EvolvedSpace {
  /** The function of an id that was completed, to be mutated; null where it is unknown: it then has no children. */
  find(id: string): Candidate | null
  /** A random mutant that `isFree` accepts; null where none was found. */
  mutate(parent: Candidate, random: Random, isFree: (id: string) => boolean): Candidate | null
}

export interface EvolutionSettings {
  /** What a generation begins with, and what is suggested where a parent has no free mutant. */
  readonly random: SearchStrategy
  readonly space: EvolvedSpace
  readonly seed: number
  /** How many of the last completed functions live. @defaultValue 10 */
  readonly populationSize?: number
  /** How many of them compete to be the next parent. @defaultValue 5 */
  readonly tournamentSize?: number
}

/**
 * Regularised evolution (Real, Aggarwal, Huang & Le 2019, arXiv 1802.01548): the best of a random few among the last
 * completed functions is mutated; the oldest dies, however good. Until as many have a metric as live, suggestions are the
 * random strategy's. Ages are by the order in which functions were first told of. The paper's population of 100 and
 * tournaments of 25 are for thousands of evaluations; searches here have some hundred: of six pairs this one was
 * quickest on Mini-CNN (docs/lab/surrogate-trials.md).
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
      // Every suggestion has draws of its own, so that those of one update are the same however many are asked for.
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

/** The best of `size` draws with replacement, of equals the first drawn. */
function holdTournament(population: readonly Individual[], size: number, random: Random): Candidate {
  let best = population[random.integer(population.length)]
  for (let draw = 1; draw < size; draw++) {
    const rival = population[random.integer(population.length)]
    if (rival.metric > best.metric) best = rival
  }
  return best.candidate
}
