import { type Candidate, computeOrderKey, createTakenIds, type SearchStrategy, takeFirst } from './search-strategy.js'

/** A candidate that may say how far from all measured ones it lies, in any unit. */
export interface RankedCandidate extends Candidate {
  readonly remoteness?: number
}

/**
 * The paper's search: baselines first, in the order given (see `BASELINE_EXPRESSIONS`), then the candidates of the highest
 * prediction; of equal predictions the more remote first, what is equal in that too, and candidates without a prediction at
 * the end, in a random order that the seed fixes.
 */
export function createSurrogateStrategy(
  baselines: readonly Candidate[],
  candidates: Iterable<RankedCandidate>,
  seed: number,
): SearchStrategy {
  const taken = createTakenIds()
  return {
    update: taken.update,
    suggest(count) {
      const isFree = ({ id }: Candidate) => !taken.has(id)
      const first: readonly Candidate[] = takeFirst(baselines, count, isFree, () => 1)
      const chosen = new Set(first.map(({ id }) => id))
      const rest = takeFirst(
        candidates,
        count - first.length,
        (candidate) => isFree(candidate) && !chosen.has(candidate.id),
        (left, right) =>
          comparePredictions(left, right) || compareRemoteness(left, right) || compareKeys(left, right, seed),
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

function compareRemoteness({ remoteness: a = 0 }: RankedCandidate, { remoteness: b = 0 }: RankedCandidate): number {
  return a > b ? -1 : a < b ? 1 : 0
}

function compareKeys(left: Candidate, right: Candidate, seed: number): number {
  const difference = computeOrderKey(seed, left.id) - computeOrderKey(seed, right.id)
  return difference || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)
}
