import { countEditSteps } from '../../activations/mutate-expression.js'
import { parseExpression } from '../../activations/parse-expression.js'
import type { EvolvedSpace } from './evolution-strategy.js'
import { type Candidate, computeOrderKey } from './search-strategy.js'

/**
 * The functions of a replay as a space for evolution. A mutant is the free candidate with the fewest edit steps; ties
 * are broken at random.
 */
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
