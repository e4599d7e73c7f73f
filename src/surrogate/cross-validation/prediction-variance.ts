import { computeIntervalScale } from './normal-interval.js'

/**
 * Coefficients of the variance of a prediction: floor + spread · (variance of the neighbours' measurements) + distance
 * · (mean squared distance).
 */
export interface VarianceCoefficients {
  readonly floor: number
  readonly spread: number
  readonly distance: number
}

/** Inputs of the variance of one prediction, and its leave-one-out error. */
export interface VarianceSample {
  readonly residual: number
  readonly variance: number
  readonly squaredDistance: number
}

/**
 * The non-negative coefficients that maximise the likelihood of leave-one-out residuals as zero-mean normals. The fit
 * uses the multiplicative updates of Itakura-Saito factorisation (Févotte, Bertin & Durrieu 2009), which never lower
 * the likelihood. A common factor then scales all coefficients so that nine of ten residuals lie within 1.645 standard
 * deviations. Residuals have heavier tails than normals: without the factor 99% lay within, on the Act-Bench space with
 * a synthetic target. Remote or contradictory neighbours widen a prediction only if the residuals support it. Without
 * samples all coefficients are 0.
 */
export function fitVariance(samples: readonly VarianceSample[]): VarianceCoefficients {
  const terms = samples.map(({ variance, squaredDistance }) => [1, variance, squaredDistance])
  const squares = samples.map(({ residual }) => residual * residual)
  const energy = squares.reduce((sum, value) => sum + value, 0) / Math.max(1, samples.length)
  if (energy === 0) return { floor: 0, spread: 0, distance: 0 }
  const coefficients = [0, 1, 2].map((term) => {
    const mean = terms.reduce((sum, values) => sum + values[term], 0) / terms.length
    return mean > 0 ? energy / (3 * mean) : 0
  })
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const rises = [0, 0, 0]
    const falls = [0, 0, 0]
    terms.forEach((values, index) => {
      // A thousandth of the mean keeps a point with an exact prediction from dominating the fit.
      const variance = values.reduce((sum, value, term) => sum + value * coefficients[term], 1e-3 * energy)
      values.forEach((value, term) => {
        rises[term] += (value * squares[index]) / (variance * variance)
        falls[term] += value / variance
      })
    })
    for (let term = 0; term < 3; term++) {
      if (falls[term] > 0) coefficients[term] *= Math.sqrt(rises[term] / falls[term])
    }
  }
  const fitted = { floor: coefficients[0] + 1e-3 * energy, spread: coefficients[1], distance: coefficients[2] }
  return calibrate(fitted, samples)
}

/** The standard deviation of a prediction. */
export function computeStandardDeviation(
  { floor, spread, distance }: VarianceCoefficients,
  { variance, squaredDistance }: Omit<VarianceSample, 'residual'>,
): number {
  return Math.sqrt(floor + spread * variance + distance * squaredDistance)
}

const ITERATIONS = 200

function calibrate(fitted: VarianceCoefficients, samples: readonly VarianceSample[]): VarianceCoefficients {
  const toRatio = (sample: VarianceSample) => Math.abs(sample.residual) / computeStandardDeviation(fitted, sample)
  const scale = computeIntervalScale(Float64Array.from(samples, toRatio)) ** 2
  return { floor: fitted.floor * scale, spread: fitted.spread * scale, distance: fitted.distance * scale }
}
