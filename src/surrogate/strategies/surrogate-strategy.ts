import { type Candidate, computeOrderKey, createTakenIds, type SearchStrategy, takeFirst } from './search-strategy.js'

/** A candidate with an optional distance from all measured candidates, in any unit. */
export interface RankedCandidate extends Candidate {
  readonly remoteness?: number
}

/**
 * The search of the paper: baselines first, in the given order (see `BASELINE_EXPRESSIONS`), then candidates with the
 * highest prediction. Among equal predictions the more remote candidate comes first. The seed orders the remaining ties
 * at random, and candidates without a prediction come last. Predictions within one tolerance of the highest free
 * prediction count as equal to it; predictions within the next tolerance count as equal to each other, and so on.
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

/** The level of a prediction: the negated number of whole tolerances between it and the highest open prediction. */
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

/** Orders greater values first. */
function compare(a: number, b: number): number {
  return a > b ? -1 : a < b ? 1 : 0
}

function compareKeys(left: Candidate, right: Candidate, seed: number): number {
  const difference = computeOrderKey(seed, left.id) - computeOrderKey(seed, right.id)
  return difference || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)
}
