import type { JointPosterior } from '../gaussian-process/joint-posterior.js'
import type { Completions, Expectation } from './improvement-strategy.js'

/**
 * What is expected once certain functions were measured: beliefs that are told of each measurement once, as long as later
 * questions only add to earlier ones; otherwise they begin anew. `best` is what was to be improved on before the search. As
 * measurements are noisy, the luckiest of them is no bar to others: the best is then the highest mean of what was measured
 * (the plug-in of Picheny, Wagner & Ginsbourger 2013, section 3.2), and the measurement itself where nothing is believed of it.
 */
export function conditionOnCompletions(
  ids: readonly string[],
  prior: JointPosterior,
  best: number,
): (metrics: Completions) => Expectation {
  const indexOf = new Map(ids.map((id, index) => [id, index]))
  let observed: string[] = []
  let posterior = prior.copy()
  return (metrics) => {
    const completed = [...metrics].flatMap(([id, metric]) => (metric === null ? [] : [{ id, metric }]))
    if (observed.some((id, index) => completed[index]?.id !== id)) {
      observed = []
      posterior = prior.copy()
    }
    for (const { id, metric } of completed.slice(observed.length)) {
      const index = indexOf.get(id)
      if (index !== undefined) posterior.conditionOn(index, metric)
      observed.push(id)
    }
    const { means } = posterior
    const reached = completed.map(({ id, metric }) => {
      const index = indexOf.get(id)
      return index === undefined ? metric : means[index]
    })
    return { posterior, best: reached.reduce((most, value) => Math.max(most, value), best) }
  }
}
