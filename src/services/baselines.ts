import {
  BASELINE_EXPRESSIONS,
  type Candidate,
  createTakenIds,
  type SearchStrategy,
} from '../surrogate/search-strategy.js'
import { describeActivation } from './describe-activation.js'

/** The functions that every search but those at RANDOM tries first, whatever its schemas. */
export function listBaselines(): Candidate[] {
  return BASELINE_EXPRESSIONS.map((expression) => ({
    id: describeActivation(expression).identityHex,
    expression,
    prediction: null,
  }))
}

/**
 * The baselines, then what another strategy suggests: a search by SURROGATE before its first surrogate is READY, and how
 * evolution begins. A replay names those of them that it can hand out.
 */
export function createBaselinesFirst(rest: SearchStrategy, baselines = listBaselines()): SearchStrategy {
  const taken = createTakenIds()
  return {
    update(completed, active) {
      const ended = [...completed]
      const out = [...active]
      taken.update(ended, out)
      rest.update(ended, out)
    },
    suggest(count) {
      const first = baselines.filter(({ id }) => !taken.has(id)).slice(0, count)
      const chosen = new Set(first.map(({ id }) => id))
      // A few more than needed: some may be baselines.
      const others = first.length < count ? rest.suggest(count).filter(({ id }) => !chosen.has(id)) : []
      return [...first, ...others].slice(0, count)
    },
  }
}
