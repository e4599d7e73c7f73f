/** Statistics of the values of a metric. Without values, `quartiles` is empty and the other properties are null. */
export interface MetricStatistics {
  readonly count: number
  readonly minimum: number | null
  readonly maximum: number | null
  readonly mean: number | null
  /** The population standard deviation: the sum of squares is divided by the count. */
  readonly standardDeviation: number | null
  /** Lower quartile, median and upper quartile, with linear interpolation between two values. */
  readonly quartiles: number[]
  readonly histogram: { from: number; to: number; count: number }[]
}

/**
 * Statistics of values in ascending order. The histogram has `bins` bins of equal width from the minimum to the
 * maximum; a bin includes its lower end, and the last one also its upper end. If all values are equal, there is one bin
 * of width 0.
 */
export function computeStatistics(sorted: ArrayLike<number>, bins: number): MetricStatistics {
  const count = sorted.length
  if (count === 0) {
    return { count, minimum: null, maximum: null, mean: null, standardDeviation: null, quartiles: [], histogram: [] }
  }
  let sum = 0
  for (let i = 0; i < count; i++) sum += sorted[i]
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < count; i++) squares += (sorted[i] - mean) ** 2
  return {
    count,
    minimum: sorted[0],
    maximum: sorted[count - 1],
    mean,
    standardDeviation: Math.sqrt(squares / count),
    quartiles: [0.25, 0.5, 0.75].map((share) => quantile(sorted, share)),
    histogram: histogram(sorted, bins),
  }
}

function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below)
}

function histogram(sorted: ArrayLike<number>, bins: number): MetricStatistics['histogram'] {
  const minimum = sorted[0]
  const maximum = sorted[sorted.length - 1]
  if (minimum === maximum) return [{ from: minimum, to: maximum, count: sorted.length }]
  const edges = listEdges(minimum, maximum, bins)
  let before = 0
  return Array.from({ length: bins }, (_, index) => {
    const upTo = index === bins - 1 ? sorted.length : countBelow(sorted, edges[index + 1])
    const bin = { from: edges[index], to: edges[index + 1], count: upTo - before }
    before = upTo
    return bin
  })
}

function countBelow(sorted: ArrayLike<number>, limit: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < limit) low = middle + 1
    else high = middle
  }
  return low
}

/** The ends of the bins, from the minimum to the maximum. */
export function listEdges(minimum: number, maximum: number, bins: number): number[] {
  return Array.from({ length: bins + 1 }, (_, index) =>
    index === bins ? maximum : minimum + ((maximum - minimum) * index) / bins,
  )
}
