/** The share of a standard normal distribution below this value, to 1e-7. */
export function normalShare(value: number): number {
  // Complementary error function by a Chebyshev fit (Numerical Recipes, erfcc).
  const z = Math.abs(value) / Math.SQRT2
  const t = 1 / (1 + z / 2)
  const polynomial = FIT.reduceRight((sum, coefficient) => sum * t + coefficient, 0)
  const tail = (t * Math.exp(-z * z + polynomial)) / 2
  return value > 0 ? 1 - tail : tail
}

const FIT = [
  ...[-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806],
  ...[0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277],
]
