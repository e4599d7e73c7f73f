import { formatExpression } from '../../activations/expression.js'
import { mutateExpression } from '../../activations/mutate-expression.js'
import { parseSchema } from '../../activations/search-space.js'
import { replayEvolution } from '../../surrogate/replay/evolution-replay.js'
import { createBaselinesFirst } from '../../surrogate/strategies/baselines-first.js'
import { createEvolutionStrategy, type EvolvedSpace } from '../../surrogate/strategies/evolution-strategy.js'
import type { Candidate } from '../../surrogate/strategies/search-strategy.js'
import { describeActivation } from '../activations/describe-activation.js'
import type { CandidateSource, SearchKnowledge } from './candidate-source.js'
import { openRandomSource } from './random-source.js'
import type { SourceRequest, StrategyEntry } from './strategy-entry.js'

/** REGULARIZED_EVOLUTION. */
export const evolutionEntry: StrategyEntry = {
  description: 'Mutants of the best of the last evaluated functions, baselines first.',
  live: { startsWithBaselines: true, openSource: openEvolutionSource },
  replay: { open: async ({ table, seed }) => replayEvolution(table, seed) },
}

/** The baselines, random functions until a population is complete, then mutants of functions that the search completed. */
async function openEvolutionSource(request: SourceRequest): Promise<CandidateSource> {
  const { search, baselines } = request
  const random = await openRandomSource(request)
  return {
    surrogateId: null,
    isExhaustive: random.isExhaustive,
    createStrategy: (knowledge) =>
      createEvolutionStrategy({
        random: createBaselinesFirst(random.createStrategy(knowledge), baselines),
        space: createMutatedSpace(search.schemas, knowledge),
        seed: search.seed,
      }),
  }
}

/** Attempts to find a free mutant of one parent. Every sixteenth failure adds a mutation, to leave a crowded neighbourhood. */
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
