/** A measured accuracy: the median of its runs. */
export interface Measurement {
  readonly value: number
  /** 0 for a row of a published file, which counts as one run. */
  readonly runs: number
  /** Of the runs; null with fewer than two. */
  readonly standardDeviation: number | null
}

export interface Difference {
  readonly value: number
  /** Null if nothing is known of the noise. */
  readonly standardError: number | null
  /** Whether the difference is more than twice its standard error; null if nothing is known of the noise. */
  readonly isBeyondNoise: boolean | null
}

/** The noise of the dataset counts as much as this many more runs of the function. */
const PRIOR_RUNS = 4
/** The error of a median of many values is this much larger than that of their mean. */
const MEDIAN_FACTOR = 1.2533
const STANDARD_ERRORS = 2

/**
 * Whether two measurements differ by more than the noise of their runs. `noise` is that of one run in the dataset; two or
 * three runs of one function say little about it, so both are weighed. Null for the noise if no function has several runs.
 */
export function judgeDifference(a: Measurement, b: Measurement, noise: number | null): Difference {
  const value = a.value - b.value
  const variances = [a, b].map((each) => findVariance(each, noise))
  if (variances.some((variance) => variance === null)) return { value, standardError: null, isBeyondNoise: null }
  const standardError = Math.sqrt((variances[0] as number) + (variances[1] as number))
  return { value, standardError, isBeyondNoise: Math.abs(value) > STANDARD_ERRORS * standardError }
}

/** The variance of a median of runs. */
function findVariance({ runs, standardDeviation }: Measurement, noise: number | null): number | null {
  const count = Math.max(1, runs)
  const own = standardDeviation === null ? null : standardDeviation ** 2
  const prior = noise === null ? null : noise ** 2
  const one =
    own !== null && prior !== null
      ? (PRIOR_RUNS * prior + (count - 1) * own) / (PRIOR_RUNS + count - 1)
      : (prior ?? own)
  if (one === null) return null
  return (one / count) * (count > 2 ? MEDIAN_FACTOR ** 2 : 1)
}
