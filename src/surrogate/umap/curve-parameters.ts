/** Parameters of the curve 1 / (1 + a·d^(2b)): the membership strength of two map points at distance d. */
export interface CurveParameters {
  readonly a: number
  readonly b: number
}

/**
 * Least-squares fit of the curve to 1 below `minimumDistance` and to exp(-(d - minimumDistance) / spread) above it, on
 * 300 distances from 0 to 3·spread (umap-learn's `find_ab_params`). Levenberg-Marquardt, starting from a = b = 1.
 */
export function computeCurveParameters(minimumDistance = 0.1, spread = 1): CurveParameters {
  const distances = Array.from({ length: 300 }, (_, index) => (index * 3 * spread) / 299)
  const heights = distances.map((d) => (d < minimumDistance ? 1 : Math.exp(-(d - minimumDistance) / spread)))
  let best = { a: 1, b: 1 }
  let error = sumSquaredErrors(distances, heights, best)
  let damping = 1e-3
  for (let step = 0; step < 200 && damping < 1e12; step++) {
    const next = takeStep(distances, heights, best, damping)
    const nextError = sumSquaredErrors(distances, heights, next)
    if (!(nextError < error)) {
      damping *= 10
      continue
    }
    const isDone = error - nextError < 1e-16 * error
    best = next
    error = nextError
    damping /= 10
    if (isDone) break
  }
  return best
}

function sumSquaredErrors(distances: number[], heights: number[], { a, b }: CurveParameters): number {
  return distances.reduce((sum, d, index) => sum + (1 / (1 + a * d ** (2 * b)) - heights[index]) ** 2, 0)
}

/** One damped Gauss-Newton step: (JᵀJ + damping·diag) δ = Jᵀr, solved for two unknowns. */
function takeStep(distances: number[], heights: number[], { a, b }: CurveParameters, damping: number) {
  let aa = 0
  let ab = 0
  let bb = 0
  let ar = 0
  let br = 0
  distances.forEach((d, index) => {
    if (d === 0) return
    const power = d ** (2 * b)
    const value = 1 / (1 + a * power)
    const slopeA = -power * value * value
    const slopeB = 2 * a * Math.log(d) * slopeA
    const residual = heights[index] - value
    aa += slopeA * slopeA
    ab += slopeA * slopeB
    bb += slopeB * slopeB
    ar += slopeA * residual
    br += slopeB * residual
  })
  const dampedA = aa * (1 + damping)
  const dampedB = bb * (1 + damping)
  const determinant = dampedA * dampedB - ab * ab
  return { a: a + (dampedB * ar - ab * br) / determinant, b: b + (dampedA * br - ab * ar) / determinant }
}
