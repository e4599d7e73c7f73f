import type { LogEigenvalues } from './log-eigenvalues.js'

/** The histogram's range, in natural logarithms: e^±100 is 2.7e±43. */
const LOWEST = -100
const HIGHEST = 100

/**
 * The cumulative distribution of the layer's log eigenvalues: log a + log b over all pairs of eigenvalues of the two factors.
 * It is taken at the upper ends of `edges` - 1 equal bins of [-100, 100] (the last bin includes its upper end), so it has
 * `edges` - 1 numbers that rise to 1, and none for fewer than two edges. Values outside the range count in the nearest bin.
 * So the distribution of vanishing gradients tends to that of no gradients, which is 1 in every bin.
 */
export function computeSpectrumCdf(input: LogEigenvalues, gradient: LogEigenvalues, edges: number): Float64Array {
  const counts = countPairs(input, gradient, edges)
  let sum = 0
  const sums = counts.map((count) => {
    sum += count
    return sum
  })
  return sums.map((value) => value / sum)
}

function countPairs(input: LogEigenvalues, gradient: LogEigenvalues, edges: number): Float64Array {
  const bins = Math.max(0, edges - 1)
  const counts = new Float64Array(bins)
  if (bins === 0) return counts
  const boundaries = Float64Array.from({ length: edges }, (_, i) => LOWEST + ((HIGHEST - LOWEST) * i) / bins)
  for (const [a, aCount] of toEntries(input)) {
    for (const [b, bCount] of toEntries(gradient)) counts[findBin(boundaries, a + b)] += aCount * bCount
  }
  return counts
}

/** Values with their multiplicities: most eigenvalues of a wide factor may be at the floor. */
function toEntries({ values, floor, floorCount }: LogEigenvalues): [number, number][] {
  const entries: [number, number][] = floorCount > 0 ? [[floor, floorCount]] : []
  for (const value of values) entries.push([value, 1])
  return entries
}

/** Bin i holds boundaries[i] <= value < boundaries[i + 1]; the arithmetic guess is corrected against the boundaries. */
function findBin(boundaries: Float64Array, value: number): number {
  const last = boundaries.length - 2
  const guess = Math.floor(((value - LOWEST) / (HIGHEST - LOWEST)) * (last + 1))
  let bin = Math.min(Math.max(guess, 0), last)
  if (bin < last && value >= boundaries[bin + 1]) bin++
  else if (bin > 0 && value < boundaries[bin]) bin--
  return bin
}
