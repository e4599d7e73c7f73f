import { computeExpectedImprovement } from './improvement-strategy.js'
import { type Candidate, computeOrderKey, createTakenIds, type SearchStrategy, takeFirst } from './search-strategy.js'

/** By the highest prediction, or by the greatest expected improvement over the best so far. */
export type UploadedRanking = 'MEAN' | 'IMPROVEMENT'

/** A function with a prediction that was made elsewhere. */
export interface PredictedCandidate extends Candidate {
  readonly prediction: number
  /** 0 if the prediction counts as certain. */
  readonly standardDeviation: number
}

export interface UploadedSettings {
  readonly baselines: readonly Candidate[]
  readonly candidates: readonly PredictedCandidate[]
  readonly ranking: UploadedRanking
  /** The best measurement that is known before the search; null if there is none. */
  readonly best: number | null
  readonly seed: number
}

/**
 * Baselines first, in the given order, then the candidates by predictions that never change. Expected improvement starts from
 * the best of `best` and the completed evaluations; before any is known, the highest prediction comes first. Ties are ordered
 * by the seed.
 */
export function createUploadedStrategy(settings: UploadedSettings): SearchStrategy {
  const { baselines, candidates, ranking, seed } = settings
  const taken = createTakenIds()
  let best = settings.best
  const scoreOf = ({ prediction, standardDeviation }: PredictedCandidate) =>
    ranking === 'MEAN' || best === null ? prediction : computeExpectedImprovement(prediction, standardDeviation, best)
  return {
    update(completed, active) {
      const ended = [...completed]
      taken.update(ended, active)
      for (const { validationAccuracy } of ended) {
        if (validationAccuracy !== null && (best === null || validationAccuracy > best)) best = validationAccuracy
      }
    },
    suggest(count) {
      const isFree = ({ id }: Candidate) => !taken.has(id)
      const first = takeFirst(baselines, count, isFree, () => 1)
      const chosen = new Set(first.map(({ id }) => id))
      const scored = candidates
        .filter((candidate) => isFree(candidate) && !chosen.has(candidate.id))
        .map((candidate) => ({ ...candidate, score: scoreOf(candidate) }))
      const rest = takeFirst(
        scored,
        count - first.length,
        () => true,
        (left, right) =>
          right.score - left.score ||
          right.prediction - left.prediction ||
          computeOrderKey(seed, left.id) - computeOrderKey(seed, right.id),
      )
      return [...first, ...rest.map(({ id, expression, prediction }) => ({ id, expression, prediction }))]
    },
  }
}
