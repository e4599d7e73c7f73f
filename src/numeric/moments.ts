/** Mean and population variance (divided by the count) of the values; NaN for no values. */
export function computeMoments(values: ArrayLike<number>): { mean: number; variance: number } {
  const count = values.length
  let sum = 0
  for (let index = 0; index < count; index++) sum += values[index]
  const mean = sum / count
  let squares = 0
  for (let index = 0; index < count; index++) squares += (values[index] - mean) ** 2
  return { mean, variance: squares / count }
}

/**
 * Mean and population deviation from the sums of the values and of their squares. It loses digits if the mean is far larger
 * than the deviation. Pictures keep it, because trained datasets depend on each of its bits.
 */
export function computeMomentsInOnePass(values: ArrayLike<number>): { mean: number; deviation: number } {
  const count = values.length
  let sum = 0
  let sumOfSquares = 0
  for (let index = 0; index < count; index++) {
    sum += values[index]
    sumOfSquares += values[index] * values[index]
  }
  const mean = sum / count
  return { mean, deviation: Math.sqrt(sumOfSquares / count - mean * mean) }
}

/** The values minus their mean, divided by their standard deviation, or by 1 if all are equal. */
export function standardise(values: Float64Array): { centre: number; scale: number; standardised: Float64Array } {
  const { mean: centre, variance } = computeMoments(values)
  const scale = variance > 0 ? Math.sqrt(variance) : 1
  return { centre, scale, standardised: values.map((value) => (value - centre) / scale) }
}
