import type { SearchAlgorithm } from '../../db/generated/client.js'
import { evolutionEntry } from './evolution-source.js'
import { halvingEntry } from './halving-source.js'
import { improvementEntry } from './improvement-source.js'
import { mapEntry } from './map-source.js'
import { randomEntry } from './random-source.js'
import type { StrategyEntry } from './strategy-entry.js'
import { surrogateEntry } from './surrogate-source.js'

/** The search algorithms, by their names in the API. The API lists them in this order. */
export const STRATEGIES: Readonly<Record<SearchAlgorithm, StrategyEntry>> = {
  SURROGATE: surrogateEntry,
  EXPECTED_IMPROVEMENT: improvementEntry,
  UMAP_KNN: mapEntry,
  REGULARIZED_EVOLUTION: evolutionEntry,
  ASHA: halvingEntry,
  RANDOM: randomEntry,
}

/** Names of the search algorithms. */
export const SEARCH_ALGORITHMS = Object.keys(STRATEGIES) as SearchAlgorithm[]
