import type { Database } from '../../db/connection/client.js'
import type { Search } from '../../db/generated/client.js'
import { createRandomStrategy } from '../../surrogate/strategies/random-strategy.js'
import { type Candidate, createTakenIds, type SearchStrategy } from '../../surrogate/strategies/search-strategy.js'
import { describeActivation } from '../activations/describe-activation.js'
import { createBoundedCache } from '../bounded-cache.js'
import type { CandidateSource } from './candidate-source.js'
import { createSampledSpace, type SampledSpace } from './sample-space.js'

/** Spaces of so few expressions are listed, function by function, at once (a tenth of a second). */
const LISTED_AT_ONCE = 1000
/** Spaces up to this size are listed (a second or two, once) when an eighth of that was handed out; before, sampled. */
const MOST_LISTED = 10_000

const cache = createBoundedCache<string, Candidate[]>(4)

/**
 * The finite functions of a search's schemas in random order: by sampling expressions, until a thousand draws in a row
 * give nothing new. Small spaces are listed instead, and so handed out to their last function.
 */
export async function openRandomSource(
  database: Database,
  search: Search,
  handedOut: number,
): Promise<CandidateSource> {
  const space = createSampledSpace(search.schemas)
  if (space.size > LISTED_AT_ONCE && (space.size > MOST_LISTED || handedOut < space.size / 8)) {
    return {
      surrogateId: null,
      createStrategy: (knowledge) => createSamplingStrategy(space, search.seed, knowledge.length),
    }
  }
  const candidates = await cache.get(database, search.schemas.join(), () => listFunctions(space))
  return { surrogateId: null, createStrategy: () => createRandomStrategy(candidates, search.seed) }
}

/** Draws in a row that give nothing new, after which a space counts as exhausted. */
const MOST_FUTILE_DRAWS = 1000
/** Draws are numbered from here for each suggestion made before, so that none repeats the draws of an earlier one. */
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
    // An identity takes a tenth of a millisecond: others get their turn every few.
    if (++seen % 64 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return [...functions.values()]
}
