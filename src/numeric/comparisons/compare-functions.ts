import { medianError } from '../median-error.js'
import { deviationAt } from '../ranks/noise-scale.js'
import { studentTails } from '../student.js'
import type { ComparedFunction, PairNoise } from './pair-noise.js'

/** How much better one function is than another one, and how sure that is. */
export interface FunctionComparison {
  /** The first minus the second: the mean over common seeds if there are two or more, else between the medians. */
  readonly difference: number
  /** Null if nothing is known of the noise. */
  readonly standardError: number | null
  /** Of Student's distribution. */
  readonly degrees: number
  /** Two-sided; null if nothing is known of the noise. */
  readonly pValue: number | null
  readonly commonSeeds: number
}

/** Compares two functions of a dataset. A function does not differ from itself. */
export function compareFunctions(
  noise: PairNoise | null,
  left: ComparedFunction,
  right: ComparedFunction,
): FunctionComparison {
  const pairs = pairUp(left, right)
  const commonSeeds = pairs.count
  const isPaired = commonSeeds >= 2
  const difference = isPaired ? pairs.mean : left.value - right.value
  if (!noise) return { difference, standardError: null, degrees: Number.NaN, pValue: null, commonSeeds }
  const [a, b] = [partsAt(noise, left.value), partsAt(noise, right.value)]
  const { variance, degrees } = isPaired
    ? { variance: varianceOfPairs(noise, pairs, a, b), degrees: degreesOfPairs(noise, commonSeeds) }
    : varianceOfMedians(noise, { a, b, n: left.runs.length, m: right.runs.length, commonSeeds })
  const standardError = Math.sqrt(variance)
  const t = difference === 0 ? 0 : difference / standardError
  return { difference, standardError, degrees, pValue: studentTails(t, degrees), commonSeeds }
}

/** The differences of runs with the same seed. */
export interface Pairs {
  readonly count: number
  readonly mean: number
  /** Sum of the squared distances from the mean. */
  readonly squares: number
}

export function pairUp(left: ComparedFunction, right: ComparedFunction): Pairs {
  let [count, mean, squares] = [0, 0, 0]
  for (const { seed, value } of left.runs) {
    if (seed === null) continue
    for (const run of right.runs) {
      if (run.seed !== seed) continue
      const distance = value - run.value - mean
      mean += distance / ++count
      squares += distance * (value - run.value - mean)
      break
    }
  }
  return { count, mean, squares }
}

/** The variance of a single run of a function, by the effect that functions with the same seed share. */
export interface NoiseParts {
  readonly own: number
  readonly shared: number
}

/** The variance of the mean difference: that of the pair's own runs, weighed with that of the dataset. */
export function varianceOfPairs(noise: PairNoise, { count, squares }: Pairs, a: NoiseParts, b: NoiseParts): number {
  const expected = a.own + b.own + (Math.sqrt(a.shared) - Math.sqrt(b.shared)) ** 2
  const prior = Math.min(noise.priorDegrees, MOST_DEGREES)
  return ((prior - 2) * expected + squares) / (prior + count - 1) / count
}

/** The degrees of freedom of a comparison by so many common seeds. */
export function degreesOfPairs(noise: PairNoise, count: number): number {
  return limitDegrees(noise, noise.priorDegrees + count - 1)
}

interface MedianPair {
  readonly a: NoiseParts
  readonly b: NoiseParts
  /** Numbers of runs. */
  readonly n: number
  readonly m: number
  readonly commonSeeds: number
}

/** The variance of the difference of two medians, from the noise of the dataset only. */
function varianceOfMedians(noise: PairNoise, { a, b, commonSeeds, ...given }: MedianPair) {
  const [n, m] = [Math.max(1, given.n), Math.max(1, given.m)]
  const own = (medianError(n) ** 2 * a.own + medianError(m) ** 2 * b.own) * middleShare(noise)
  // A common seed moves both alike, so its share cancels.
  const common = (2 * commonSeeds * Math.sqrt(a.shared * b.shared)) / (n * m)
  const shared = Math.max(0, medianError(n) ** 2 * a.shared + medianError(m) ** 2 * b.shared - common)
  const ownDegrees = limitDegrees(noise, noise.priorDegrees)
  // By Satterthwaite: three seeds say little about the part that depends on the seed.
  const degrees = (own + shared) ** 2 / (own ** 2 / ownDegrees + shared ** 2 / noise.seedDegrees)
  return { variance: own + shared, degrees }
}

/** Prior degrees of freedom beyond this number make no difference. */
const MOST_DEGREES = 1e9

/**
 * The mean of the variances of functions is greater than the variance in the middle, to which Student's distribution refers: the
 * share of the mean that the latter is.
 */
export function middleShare({ priorDegrees }: PairNoise): number {
  const prior = Math.min(priorDegrees, MOST_DEGREES)
  return (prior - 2) / prior
}

export function limitDegrees({ degrees }: PairNoise, wanted: number): number {
  return Math.max(1, Math.min(wanted, degrees))
}

export function partsAt({ total, own }: PairNoise, value: number): NoiseParts {
  const rest = deviationAt(own, value) ** 2
  return { own: rest, shared: Math.max(0, deviationAt(total, value) ** 2 - rest) }
}
