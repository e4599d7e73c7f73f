import { computeMoments } from '../../numeric/moments.js'
import { createMapRanking } from '../strategies/map-ranking.js'
import type { CompletedCandidate } from '../strategies/search-strategy.js'
import { createSurrogateStrategy, type RankedCandidate } from '../strategies/surrogate-strategy.js'
import type { MapPoints, Replay, ReplayTable } from './replay.js'

/** Predictions on a map that differ by less count as equal. In standard deviations of the measurements. */
const TOLERANCE = 0.25

/**
 * The baselines, then the highest mean of the three nearest points of the map among the search's own completions. The fit
 * of the map saw no measurements, so the map reveals none. Early in a search, hundreds of functions have the same three
 * nearest points and therefore the same prediction; later, whole clusters have nearly the same. Among these the function
 * farthest from all known points comes first, because it adds most information. Functions without a point come last.
 */
export function replayMap({ candidates, baselines }: ReplayTable, points: MapPoints, seed: number): Replay {
  const ranking = createMapRanking()
  const learned = new Set<string>()
  const measured: number[] = []
  const indices = candidates.map(({ id }) => {
    const point = points.get(id)
    return point ? ranking.addPoint(...point) : null
  })
  const learn = (completed: readonly CompletedCandidate[]) => {
    for (const { id, validationAccuracy } of completed) {
      const point = points.get(id)
      if (validationAccuracy === null || !point || learned.has(id)) continue
      learned.add(id)
      measured.push(validationAccuracy)
      ranking.learn(...point, validationAccuracy)
    }
  }
  const ranked = {
    *[Symbol.iterator](): Generator<RankedCandidate> {
      for (const [row, candidate] of candidates.entries()) {
        const index = indices[row]
        if (index === null) yield { ...candidate, prediction: null }
        else yield { ...candidate, prediction: ranking.meanAt(index), remoteness: ranking.remotenessOf(index) }
      }
    },
  }
  return {
    createStrategy() {
      const strategy = createSurrogateStrategy(
        baselines,
        ranked,
        seed,
        () => TOLERANCE * Math.sqrt(computeMoments(measured).variance),
      )
      return {
        update(completed, active) {
          const ended = [...completed]
          learn(ended)
          strategy.update(ended, active)
        },
        suggest: (count) => strategy.suggest(count),
      }
    },
  }
}
