import type { Beliefs } from './beliefs.js'
import type { Completions, Expectation } from './improvement-strategy.js'

/**
 * What is expected once certain functions were measured: beliefs that are told of each measurement once, as long as later
 * questions only add to earlier ones; otherwise they begin anew. `best` is the best that was measured before the search.
 */
export function createExpectation(
  ids: readonly string[],
  prior: Beliefs,
  best: number,
): (metrics: Completions) => Expectation {
  const places = new Map(ids.map((id, place) => [id, place]))
  let told: string[] = []
  let beliefs = prior.copy()
  return (metrics) => {
    const completed = [...metrics].flatMap(([id, metric]) => (metric === null ? [] : [{ id, metric }]))
    if (told.some((id, index) => completed[index]?.id !== id)) {
      told = []
      beliefs = prior.copy()
    }
    for (const { id, metric } of completed.slice(told.length)) {
      const place = places.get(id)
      if (place !== undefined) beliefs.tell(place, metric)
      told.push(id)
    }
    return { beliefs, best: completed.reduce((most, { metric }) => Math.max(most, metric), best) }
  }
}
