import { replayRandom } from '../../surrogate/replay/random-replay.js'
import { createRandomStrategy } from '../../surrogate/strategies/random-strategy.js'
import { type Candidate, createTakenIds, type SearchStrategy } from '../../surrogate/strategies/search-strategy.js'
import { describeActivation } from '../activations/describe-activation.js'
import { createDatabaseCache } from '../database-cache.js'
import type { CandidateSource } from './candidate-source.js'
import { createSampledSpace, type SampledSpace } from './sample-space.js'
import type { SourceRequest, StrategyEntry } from './strategy-entry.js'

/** Spaces up to this size are listed function by function from the start, which takes a tenth of a second. */
const LISTED_AT_ONCE = 1000
/** Spaces up to this size are listed, in one or two seconds, once an eighth of their expressions was suggested. */
const MOST_LISTED = 10_000

const cache = createDatabaseCache<string, Candidate[]>(4)

/** RANDOM. */
export const randomEntry: StrategyEntry = {
  description: 'Uniformly among the functions that are left.',
  live: { startsWithBaselines: false, openSource: openRandomSource },
  replay: { open: async ({ table, seed }) => replayRandom(table, seed) },
}

/**
 * The finite functions of a search's schemas in random order. Expressions are sampled until a thousand draws in a row give
 * no new function. Small spaces are listed instead.
 */
export async function openRandomSource({
  database,
  search,
  suggested,
}: Pick<SourceRequest, 'database' | 'search' | 'suggested'>): Promise<CandidateSource> {
  const space = createSampledSpace(search.schemas)
  if (space.size > LISTED_AT_ONCE && (space.size > MOST_LISTED || suggested < space.size / 8)) {
    return {
      ...{ surrogateId: null, isExhaustive: false },
      createStrategy: (knowledge) => createSamplingStrategy(space, search.seed, knowledge.length),
    }
  }
  const candidates = await cache.get(database, search.schemas.join(), () => listFunctions(space))
  return { surrogateId: null, isExhaustive: true, createStrategy: () => createRandomStrategy(candidates, search.seed) }
}

/** After this many draws in a row without a new function the rest of a space is walked (see `RemainingFunctions`). */
const MOST_FUTILE_DRAWS = 1000
/** Numbers of draws that each suggestion has to itself, so that it never repeats the draws of an earlier one. */
const DRAWS_APART = 2 ** 17

function createSamplingStrategy(space: SampledSpace, seed: number, handedOut: number): SearchStrategy {
  const taken = createTakenIds()
  return {
    update: taken.update,
    suggest(count) {
      const chosen = new Map<string, Candidate>()
      let futile = 0
      for (let draw = handedOut * DRAWS_APART; chosen.size < count && futile < MOST_FUTILE_DRAWS; draw++) {
        const drawn = describeActivation(space.sample(seed, draw))
        const { identityHex, canonicalText } = drawn
        const isNew = drawn.isFinite && !taken.has(identityHex) && !chosen.has(identityHex)
        if (isNew) chosen.set(identityHex, { id: identityHex, expression: canonicalText, prediction: null })
        futile = isNew ? 0 : futile + 1
      }
      return [...chosen.values()]
    },
  }
}

async function listFunctions(space: SampledSpace): Promise<Candidate[]> {
  const functions = new Map<string, Candidate>()
  let seen = 0
  for (const text of space.list()) {
    const described = describeActivation(text)
    const { identityHex } = described
    if (described.isFinite && !functions.has(identityHex)) {
      functions.set(identityHex, { id: identityHex, expression: text, prediction: null })
    }
    // An identity takes a tenth of a millisecond. Other requests run after each batch of 64.
    if (++seen % 64 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return [...functions.values()]
}
