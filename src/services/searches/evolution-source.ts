import { formatExpression } from '../../activations/expression.js'
import { mutateExpression } from '../../activations/mutate-expression.js'
import { parseSchema } from '../../activations/search-space.js'
import type { Database } from '../../db/connection/client.js'
import type { Search } from '../../db/generated/client.js'
import { createBaselinesFirst } from '../../surrogate/strategies/baselines-first.js'
import { createEvolutionStrategy, type EvolvedSpace } from '../../surrogate/strategies/evolution-strategy.js'
import type { Candidate } from '../../surrogate/strategies/search-strategy.js'
import { describeActivation } from '../activations/describe-activation.js'
import type { CandidateSource, SearchKnowledge } from './candidate-source.js'
import { openRandomSource } from './random-source.js'

/**
 * The candidates of a search by REGULARIZED_EVOLUTION: the baselines, random functions of its schemas until a population
 * is completed, then mutants of what the search itself completed.
 */
export async function openEvolutionSource(
  database: Database,
  search: Search,
  handedOut: number,
  baselines: readonly Candidate[],
): Promise<CandidateSource> {
  const random = await openRandomSource(database, search, handedOut)
  return {
    surrogateId: null,
    createStrategy: (knowledge) =>
      createEvolutionStrategy({
        random: createBaselinesFirst(random.createStrategy(knowledge), baselines),
        space: createMutatedSpace(search.schemas, knowledge),
        seed: search.seed,
      }),
  }
}

/** Tries for a free mutant of one parent: every sixteenth failure adds one more mutation, so that crowded places are left. */
const MOST_TRIES = 96
const TRIES_PER_MUTATION = 16

function createMutatedSpace(texts: readonly string[], knowledge: SearchKnowledge): EvolvedSpace {
  const schemas = texts.map((text) => parseSchema(text))
  const known = new Map(
    knowledge.map(({ identityHex, expression }) => [
      identityHex,
      { id: identityHex, expression, prediction: null } satisfies Candidate,
    ]),
  )
  return {
    find: (id) => known.get(id) ?? null,
    mutate(parent, random, isFree) {
      const { expression } = describeActivation(parent.expression)
      for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
        let mutant = mutateExpression(schemas, expression, random.uniform)
        for (let more = TRIES_PER_MUTATION; more <= attempt && mutant; more += TRIES_PER_MUTATION) {
          mutant = mutateExpression(schemas, mutant, random.uniform)
        }
        if (!mutant) return null
        const mutated = describeActivation(formatExpression(mutant))
        const { identityHex, canonicalText } = mutated
        if (mutated.isFinite && isFree(identityHex))
          return { id: identityHex, expression: canonicalText, prediction: null }
      }
      return null
    },
  }
}
