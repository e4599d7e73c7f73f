import { deviationAt, fitNoiseScale, type NoiseScale, type RunSpread, type ScaleRules } from '../ranks/noise-scale.js'

/** One run of a function. Higher is better. */
export interface SeededRun {
  /** Null if the seed is not known. */
  readonly seed: number | null
  readonly value: number
}

/** A function with its runs. */
export interface ComparedFunction {
  /** The median of the runs. */
  readonly value: number
  /** Empty if they are not known: the value then counts as one run with an unknown seed. */
  readonly runs: readonly SeededRun[]
}

/** How much runs differ, by the level of the functions. */
export interface PairNoise {
  /** The deviation of a single run from the true value of its function. */
  readonly total: NoiseScale
  /** The part of it that two functions with the same seed do not share. */
  readonly own: NoiseScale
  /** How well the noise at a level describes one function: as that many runs of its own; above 4, and may be infinite. */
  readonly priorDegrees: number
  /** Degrees of freedom of all runs together: no estimate has more. */
  readonly degrees: number
  /** Degrees of freedom of the shared part: the number of seeds minus 1. */
  readonly seedDegrees: number
}

/**
 * The noise of the runs of a dataset. The part that functions with the same seed share cancels between them: two functions
 * next to each other in the order of their values measure the rest, by the differences of their runs with equal seeds.
 * Null if nothing differs. `variance` is that of a single run in the better half.
 */
export function fitPairNoise(repeated: readonly ComparedFunction[], variance: number): PairNoise | null {
  const spreads = repeated.flatMap(
    ({ value, runs }) =>
      toSpread(
        value,
        runs.map((run) => run.value),
      ) ?? [],
  )
  const total = fitNoiseScale(spreads, variance)
  if (!total) return null
  const sum = (list: readonly RunSpread[]) => list.reduce((all, { degrees }) => all + degrees, 0)
  const pairs = listNeighbours(repeated)
  if (pairs.length === 0) {
    const priorDegrees = fitPriorDegrees(spreads, total)
    return { total, own: total, priorDegrees, degrees: sum(spreads), seedDegrees: sum(spreads) }
  }
  const pooled = Math.max(SMALLEST_SHARE * variance, poolBetterHalf(pairs))
  const own = fitNoiseScale(pairs, pooled, PAIRS) as NoiseScale
  const seeds = new Set(repeated.flatMap(({ runs }) => runs.flatMap(({ seed }) => seed ?? [])))
  const priorDegrees = fitPriorDegrees(pairs, own)
  return { total, own, priorDegrees, degrees: sum(pairs), seedDegrees: Math.max(1, seeds.size - 1) }
}

/**
 * What similar functions share under a seed is taken off, so the pairs at a level say more of it than the better half does.
 * `docs/noise.md` has the calibration of these two numbers.
 */
const PAIRS: ScaleRules = { priorDegrees: 6, cap: 20 }

/** Equal differences of all pairs would make the shared part the whole noise; a small part always remains. */
const SMALLEST_SHARE = 1e-4

/** The runs of two functions with equal seeds. */
function pairRuns(left: ComparedFunction, right: ComparedFunction): { left: number; right: number }[] {
  const pairs: { left: number; right: number }[] = []
  for (const run of left.runs) {
    if (run.seed === null) continue
    const other = right.runs.find(({ seed }) => seed === run.seed)
    if (other) pairs.push({ left: run.value, right: other.value })
  }
  return pairs
}

/**
 * Disjoint pairs of functions with similar means, as half of the spread of the differences of their runs. Unlike the median,
 * the mean says nothing about this spread.
 */
function listNeighbours(repeated: readonly ComparedFunction[]): RunSpread[] {
  const sorted = repeated
    .filter(({ runs }) => runs.length > 1)
    .map((each) => ({ ...each, mean: each.runs.reduce((sum, { value }) => sum + value, 0) / each.runs.length }))
    .sort((a, b) => a.mean - b.mean)
  const found: RunSpread[] = []
  for (let i = 0; i + 1 < sorted.length; i++) {
    const differences = pairRuns(sorted[i], sorted[i + 1]).map(({ left, right }) => left - right)
    const spread = toSpread((sorted[i].value + sorted[i + 1].value) / 2, differences)
    if (!spread) continue
    found.push({ ...spread, squares: spread.squares / 2 })
    i++
  }
  return found
}

function toSpread(value: number, runs: readonly number[]): RunSpread | null {
  if (runs.length < 2) return null
  const mean = runs.reduce((sum, each) => sum + each, 0) / runs.length
  return { value, squares: runs.reduce((sum, each) => sum + (each - mean) ** 2, 0), degrees: runs.length - 1 }
}

/** Functions that do not learn agree from seed to seed. */
function poolBetterHalf(spreads: readonly RunSpread[]): number {
  const better = [...spreads].sort((a, b) => b.value - a.value).slice(0, Math.ceil(spreads.length / 2))
  const degrees = better.reduce((sum, each) => sum + each.degrees, 0)
  return better.reduce((sum, each) => sum + each.squares, 0) / degrees
}

/**
 * How much the variances of functions at one level differ: the degrees of freedom of the inverse chi-square distribution of
 * their true variances around the scale, by the second moment of the measured ones. The tails of errors depend on it, and the
 * logarithms of variances (Smyth 2004) depend on runs that happen to be equal instead.
 */
function fitPriorDegrees(spreads: readonly RunSpread[], scale: NoiseScale): number {
  const better = [...spreads].sort((a, b) => b.value - a.value).slice(0, Math.ceil(spreads.length / 2))
  if (better.length < LEAST_FUNCTIONS) return Number.POSITIVE_INFINITY
  const ratios = better.map(({ value, squares, degrees }) => squares / degrees / deviationAt(scale, value) ** 2)
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
  const second = ratios.reduce((sum, ratio, i) => sum + (ratio / mean) ** 2 / (1 + 2 / better[i].degrees), 0)
  const excess = second / ratios.length - 1
  return excess > 0 ? 4 + 2 / excess : Number.POSITIVE_INFINITY
}

const LEAST_FUNCTIONS = 30
