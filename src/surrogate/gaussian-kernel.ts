/** Where functions lie by one kind of feature: rows × width coordinates. */
export interface Places {
  readonly values: Float64Array
  readonly width: number
}

/** The functions that a kernel compares: by outputs, and by spectra where the dataset has them. */
export interface KernelPlaces {
  readonly outputs: Places
  readonly spectra: Places | null
}

/**
 * Natural logarithms, in this order: variance and length of the outputs' term, variance of the noise; with spectra also
 * variance and length of their term, and the variance of the product term.
 */
export type KernelParameters = readonly number[]

/**
 * The covariance of two functions whose features lie `outputs` and `spectra` apart: Matérn 5/2 of the outputs' distance,
 * plus the same of the spectra's, plus the product of both (Rasmussen & Williams 2006, equation 4.17 and section 4.2.4).
 * A sum, so that a function without a spectrum is still comparable: its spectrum's terms are then independent of all
 * others (`spectra` infinite), and add to its variance alone.
 */
export function computeCovariance(parameters: KernelParameters, outputs: number, spectra: number): number {
  const first = computeMatern(outputs / Math.exp(parameters[1]))
  const own = Math.exp(parameters[0]) * first
  if (parameters.length === 3) return own
  const second = computeMatern(spectra / Math.exp(parameters[4]))
  return own + Math.exp(parameters[3]) * second + Math.exp(parameters[5]) * first * second
}

/** The variance of any function before anything is measured, without the noise. */
export function computePriorVariance(parameters: KernelParameters): number {
  return computeCovariance(parameters, 0, 0)
}

/** The variance of the noise. */
export function computeNoise(parameters: KernelParameters): number {
  return Math.exp(parameters[2])
}

/** The partial derivatives of the covariance by each parameter; that of the noise (0 but on the diagonal) is left 0. */
export function differentiateCovariance(
  parameters: KernelParameters,
  outputs: number,
  spectra: number,
  into: Float64Array,
): void {
  const [firstVariance, , , secondVariance = 0, , productVariance = 0] = parameters.map(Math.exp)
  const first = computeMatern(outputs / Math.exp(parameters[1]))
  const firstSlope = differentiateMatern(outputs / Math.exp(parameters[1]))
  const isSingle = parameters.length === 3
  const second = isSingle ? 0 : computeMatern(spectra / Math.exp(parameters[4]))
  into[0] = firstVariance * first
  into[1] = (firstVariance + (isSingle ? 0 : productVariance * second)) * firstSlope
  into[2] = 0
  if (isSingle) return
  into[3] = secondVariance * second
  into[4] = (secondVariance + productVariance * first) * differentiateMatern(spectra / Math.exp(parameters[4]))
  into[5] = productVariance * first * second
}

/** Euclidean distance of a row of one set of places and a row of another. */
export function computePlaceDistance(left: Places, a: number, right: Places, b: number): number {
  const { width } = left
  let sum = 0
  for (let k = 0; k < width; k++) sum += (left.values[a * width + k] - right.values[b * width + k]) ** 2
  return Math.sqrt(sum)
}

const ROOT_5 = Math.sqrt(5)

function computeMatern(distance: number): number {
  if (distance === Number.POSITIVE_INFINITY) return 0
  const scaled = ROOT_5 * distance
  return (1 + scaled + (scaled * scaled) / 3) * Math.exp(-scaled)
}

/** The derivative of Matérn 5/2 by the logarithm of the length, at a distance over the length. */
function differentiateMatern(distance: number): number {
  if (distance === Number.POSITIVE_INFINITY) return 0
  const scaled = ROOT_5 * distance
  return ((scaled * scaled) / 3) * (1 + scaled) * Math.exp(-scaled)
}
