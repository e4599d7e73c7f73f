import { type Candidate, createTakenIds, type SearchStrategy } from './search-strategy.js'

/**
 * Suggests the baselines first, then the suggestions of another strategy. A replay passes only the baselines that are
 * among its candidates.
 */
export function createBaselinesFirst(rest: SearchStrategy, baselines: readonly Candidate[]): SearchStrategy {
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
      // Ask for the full count, because some of these may be baselines.
      const others = first.length < count ? rest.suggest(count).filter(({ id }) => !chosen.has(id)) : []
      return [...first, ...others].slice(0, count)
    },
  }
}
