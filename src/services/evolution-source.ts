import { formatExpression } from '../activations/expression.js'
import { countEditSteps, mutateExpression } from '../activations/mutate-expression.js'
import { parseExpression } from '../activations/parse-expression.js'
import { parseSchema } from '../activations/search-space.js'
import type { Database } from '../db/client.js'
import type { Search } from '../db/generated/client.js'
import { createEvolutionStrategy, type EvolvedSpace } from '../surrogate/evolution-strategy.js'
import { type Candidate, computeOrderKey } from '../surrogate/search-strategy.js'
import { createBaselinesFirst } from './baselines.js'
import type { CandidateSource, SearchKnowledge } from './candidate-source.js'
import { describeActivation } from './describe-activation.js'
import { openRandomSource } from './random-source.js'

/**
 * The candidates of a search by REGULARIZED_EVOLUTION: the baselines, random functions of its schemas until a population
 * is completed, then mutants of what the search itself completed.
 */
export async function openEvolutionSource(
  database: Database,
  search: Search,
  handedOut: number,
): Promise<CandidateSource> {
  const random = await openRandomSource(database, search, handedOut)
  return {
    surrogateId: null,
    createStrategy: (knowledge) =>
      createEvolutionStrategy({
        random: createBaselinesFirst(random.createStrategy(knowledge)),
        space: createMutatedSpace(search.schemas, knowledge),
        seed: search.seed,
      }),
  }
}

/** The functions of a replay as a space to evolve in: a mutant is the free candidate of the fewest edit steps, ties at random. */
export function createListedSpace(candidates: readonly Candidate[]): EvolvedSpace {
  const known = new Map(candidates.map((candidate) => [candidate.id, candidate]))
  const parsed = new Map(candidates.map(({ id, expression }) => [id, parseExpression(expression)]))
  return {
    find: (id) => known.get(id) ?? null,
    mutate(parent, random, isFree) {
      const seed = random.integer(2 ** 31)
      const from = parseExpression(parent.expression)
      let nearest: { candidate: Candidate; steps: number; key: number } | null = null
      for (const [id, expression] of parsed) {
        const candidate = known.get(id)
        if (!candidate || !isFree(id)) continue
        const steps = countEditSteps(from, expression)
        if (nearest && steps > nearest.steps) continue
        const key = computeOrderKey(seed, candidate.id)
        if (!nearest || steps < nearest.steps || key < nearest.key) nearest = { candidate, steps, key }
      }
      return nearest?.candidate ?? null
    },
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
