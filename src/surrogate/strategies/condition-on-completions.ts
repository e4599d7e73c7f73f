import type { JointPosterior } from '../gaussian-process/joint-posterior.js'
import type { Completions, Expectation } from './improvement-strategy.js'

/**
 * Returns a function from completions to the expectation that they lead to. It conditions on each measurement once, as
 * long as later completions only extend earlier ones; otherwise it starts again from the prior. `best` is the incumbent
 * before the search. Because measurements are noisy, a lucky measurement must not become the bar for all others. The
 * incumbent is therefore the highest posterior mean of a measured function (the plug-in of Picheny, Wagner &
 * Ginsbourger 2013, section 3.2), or the measurement itself if the posterior does not cover the function.
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
