import { type Candidate, computeOrderKey, createTakenIds, type SearchStrategy, takeFirst } from './search-strategy.js'

/** A candidate that may say how far from all measured ones it lies, in any unit. */
export interface RankedCandidate extends Candidate {
  readonly remoteness?: number
}

/**
 * The paper's search: baselines first, in the order given (see `BASELINE_EXPRESSIONS`), then the candidates of the highest
 * prediction; of equal predictions the more remote first, what is equal in that too, and candidates without a prediction at
 * the end, in a random order that the seed fixes. Predictions less than the tolerance below the highest of what is free
 * count as equal to it, those less than twice as much as equal to each other, and so on.
 */
export function createSurrogateStrategy(
  baselines: readonly Candidate[],
  candidates: Iterable<RankedCandidate>,
  seed: number,
  getTolerance: () => number = () => 0,
): SearchStrategy {
  const taken = createTakenIds()
  return {
    update: taken.update,
    suggest(count) {
      const isFree = ({ id }: Candidate) => !taken.has(id)
      const first: readonly Candidate[] = takeFirst(baselines, count, isFree, () => 1)
      const chosen = new Set(first.map(({ id }) => id))
      const isOpen = (candidate: Candidate) => isFree(candidate) && !chosen.has(candidate.id)
      const tolerance = getTolerance()
      const level = tolerance > 0 ? createLevels(candidates, isOpen, tolerance) : toPrediction
      const rest = takeFirst(
        candidates,
        count - first.length,
        isOpen,
        (left, right) =>
          compare(level(left), level(right)) || compareRemoteness(left, right) || compareKeys(left, right, seed),
      )
      return [...first, ...rest]
    },
  }
}

const toPrediction = ({ prediction }: Candidate): number => prediction ?? Number.NEGATIVE_INFINITY

/** How many tolerances a prediction is below the highest one that is open, whole ones, negated: 0 for the highest. */
function createLevels(
  candidates: Iterable<Candidate>,
  isOpen: (candidate: Candidate) => boolean,
  tolerance: number,
): (candidate: Candidate) => number {
  let highest = Number.NEGATIVE_INFINITY
  for (const candidate of candidates) {
    const prediction = toPrediction(candidate)
    if (prediction > highest && isOpen(candidate)) highest = prediction
  }
  return (candidate) =>
    candidate.prediction === null ? Number.NEGATIVE_INFINITY : -Math.floor((highest - candidate.prediction) / tolerance)
}

function compareRemoteness({ remoteness: a = 0 }: RankedCandidate, { remoteness: b = 0 }: RankedCandidate): number {
  return compare(a, b)
}

/** The greater first. */
function compare(a: number, b: number): number {
  return a > b ? -1 : a < b ? 1 : 0
}

function compareKeys(left: Candidate, right: Candidate, seed: number): number {
  const difference = computeOrderKey(seed, left.id) - computeOrderKey(seed, right.id)
  return difference || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)
}
