import type { Beliefs } from '../gaussian-process/beliefs.js'
import type { Completions, Expectation } from './improvement-strategy.js'

/**
 * What is expected once certain functions were measured: beliefs that are told of each measurement once, as long as later
 * questions only add to earlier ones; otherwise they begin anew. `best` is what was to be improved on before the search. As
 * measurements are noisy, the luckiest of them is no bar to others: the best is then the highest mean of what was measured
 * (the plug-in of Picheny, Wagner & Ginsbourger 2013, section 3.2), and the measurement itself where nothing is believed of it.
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
    const { means } = beliefs
    const reached = completed.map(({ id, metric }) => {
      const place = places.get(id)
      return place === undefined ? metric : means[place]
    })
    return { beliefs, best: reached.reduce((most, value) => Math.max(most, value), best) }
  }
}
