import { medianError } from '../median-error.js'
import { deviationAt } from '../ranks/noise-scale.js'
import { studentTails } from '../student.js'
import { type ComparedFunction, type PairNoise, pairRuns } from './pair-noise.js'

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
  const pairs = pairRuns(left, right)
  const isPaired = pairs.length >= 2
  const differences = pairs.map((pair) => pair.left - pair.right)
  const difference = isPaired
    ? differences.reduce((sum, each) => sum + each, 0) / differences.length
    : left.value - right.value
  const commonSeeds = pairs.length
  if (!noise) return { difference, standardError: null, degrees: Number.NaN, pValue: null, commonSeeds }
  const { variance, degrees } = isPaired
    ? varianceOfPairs(noise, left, right, differences, difference)
    : varianceOfMedians(noise, left, right, commonSeeds)
  const standardError = Math.sqrt(variance)
  const t = difference === 0 ? 0 : difference / standardError
  return { difference, standardError, degrees, pValue: studentTails(t, degrees), commonSeeds }
}

/** The variance of the mean difference: that of the pair's own runs, weighed with that of the dataset. */
function varianceOfPairs(
  noise: PairNoise,
  left: ComparedFunction,
  right: ComparedFunction,
  differences: readonly number[],
  mean: number,
) {
  const [a, b] = [partsAt(noise, left.value), partsAt(noise, right.value)]
  const expected = a.own + b.own + (Math.sqrt(a.shared) - Math.sqrt(b.shared)) ** 2
  const squares = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  const known = differences.length - 1
  const prior = Math.min(noise.priorDegrees, MOST_DEGREES)
  const variance = ((prior - 2) * expected + squares) / (prior + known)
  return { variance: variance / differences.length, degrees: limitDegrees(noise, prior + known) }
}

/** The variance of the difference of two medians, from the noise of the dataset only. */
function varianceOfMedians(noise: PairNoise, left: ComparedFunction, right: ComparedFunction, commonSeeds: number) {
  const [a, b] = [partsAt(noise, left.value), partsAt(noise, right.value)]
  const [n, m] = [Math.max(1, left.runs.length), Math.max(1, right.runs.length)]
  const prior = Math.min(noise.priorDegrees, MOST_DEGREES)
  // The mean of the variances of functions is greater than the variance in the middle, to which Student's distribution refers.
  const own = ((medianError(n) ** 2 * a.own + medianError(m) ** 2 * b.own) * (prior - 2)) / prior
  // A common seed moves both alike, so its share cancels.
  const common = (2 * commonSeeds * Math.sqrt(a.shared * b.shared)) / (n * m)
  const shared = Math.max(0, medianError(n) ** 2 * a.shared + medianError(m) ** 2 * b.shared - common)
  const ownDegrees = limitDegrees(noise, prior)
  // By Satterthwaite: three seeds say little about the part that depends on the seed.
  const degrees = (own + shared) ** 2 / (own ** 2 / ownDegrees + shared ** 2 / noise.seedDegrees)
  return { variance: own + shared, degrees }
}

/** Prior degrees of freedom beyond this number make no difference. */
const MOST_DEGREES = 1e9

function limitDegrees({ degrees }: PairNoise, wanted: number): number {
  return Math.max(1, Math.min(wanted, degrees))
}

/** The variance of a single run at a level, by what two functions with the same seed share. */
function partsAt({ total, own }: PairNoise, value: number): { own: number; shared: number } {
  const rest = deviationAt(own, value) ** 2
  return { own: rest, shared: Math.max(0, deviationAt(total, value) ** 2 - rest) }
}
