/**
 * Standard deviation of a measurement from what its function is worth, over repeated runs of one function. A source does not
 * say how often it measured a function.
 */
const NOISE = 0.02

/**
 * What a measured function is worth: its measurement and the prediction of it from other functions, each weighed by its
 * exactness. So a lucky run counts less.
 */
export function combineWithMeasurement(mean: number, deviation: number, measured: number): number {
  if (deviation === Number.POSITIVE_INFINITY) return measured
  const spread = Math.max(0, deviation ** 2 - NOISE ** 2)
  const share = spread / (spread + NOISE ** 2)
  return mean + share * (measured - mean)
}
