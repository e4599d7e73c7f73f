import {
  type Candidate,
  type Candidates,
  computeOrderKey,
  createTakenIds,
  type SearchStrategy,
  takeFirst,
} from './search-strategy.js'

/**
 * The paper's search: baselines first, in the order given (see `BASELINE_EXPRESSIONS`), then the candidates of the highest
 * prediction; equal predictions, and those without one at the end, in a random order that the seed fixes.
 */
export function createSurrogateStrategy(
  baselines: readonly Candidate[],
  candidates: Candidates,
  seed: number,
): SearchStrategy {
  const taken = createTakenIds()
  return {
    update: taken.update,
    suggest(count) {
      const isFree = ({ id }: Candidate) => !taken.has(id)
      const first = takeFirst(baselines, count, isFree, () => 1)
      const chosen = new Set(first.map(({ id }) => id))
      const rest = takeFirst(
        candidates,
        count - first.length,
        (candidate) => isFree(candidate) && !chosen.has(candidate.id),
        (left, right) => comparePredictions(left, right) || compareKeys(left, right, seed),
      )
      return [...first, ...rest]
    },
  }
}

function comparePredictions(left: Candidate, right: Candidate): number {
  const a = left.prediction ?? Number.NEGATIVE_INFINITY
  const b = right.prediction ?? Number.NEGATIVE_INFINITY
  return a > b ? -1 : a < b ? 1 : 0
}

function compareKeys(left: Candidate, right: Candidate, seed: number): number {
  const difference = computeOrderKey(seed, left.id) - computeOrderKey(seed, right.id)
  return difference || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)
}
