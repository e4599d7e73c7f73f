/**
 * The standard deviation of the median of this many independent standard normal values. The median of an even number of
 * values is the mean of the two middle ones. A mean of three has 1 / sqrt(3) = 0.577; their median has 0.670.
 */
export function medianError(count: number): number {
  if (count < 1) return Number.NaN
  if (count < EXACT.length) return EXACT[count]
  // Above ten values this is exact to 1%.
  return Math.sqrt(Math.PI / (2 * count + (count % 2 === 1 ? 1 : 2) * (Math.PI - 2)))
}

/** By numerical integration over the joint density of the order statistics. */
const EXACT = [Number.NaN, 1, Math.SQRT1_2, 0.66983, 0.54608, 0.53557, 0.46341, 0.45874, 0.41011, 0.40756, 0.37194]
