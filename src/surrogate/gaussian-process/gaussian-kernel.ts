/** Where functions lie by one kind of feature: rows × width coordinates. */
export interface Coordinates {
  readonly values: Float64Array
  readonly width: number
}

/** The functions that a kernel compares: by outputs, by spectra, or by both (one of them may be null). */
export interface KernelCoordinates {
  readonly outputs: Coordinates | null
  readonly spectra: Coordinates | null
  /** How far from others each spectrum lies (see `computeIsolation`): one coordinate. Null where it is not compared. */
  readonly isolation: Coordinates | null
}

/**
 * Natural logarithms, in this order: variance and length of the first kind's term (outputs; spectra where these are all),
 * variance of the noise; with both kinds also variance and length of the spectra's term, and the variance of the product
 * term; with isolations, at the end, variance and length of their term.
 */
export type KernelParameters = readonly number[]

/** The covariance of functions whose features lie so far apart: by the first kind, by the second, in their isolation. */
export interface Kernel {
  covariance(first: number, second: number, isolation: number): number
  /** Of any function before anything is measured, without the noise. */
  readonly variance: number
  readonly noise: number
  /** The partial derivatives of the covariance by each parameter; that of the noise (0 but on the diagonal) is left 0. */
  differentiate(first: number, second: number, isolation: number, into: Float64Array): void
}

/**
 * Matérn 5/2 of the outputs' distance, plus the same of the spectra's, plus the product of both (Rasmussen & Williams 2006,
 * equation 4.17 and section 4.2.4): functions may be alike by either, and are most so by both. Where isolations are
 * compared, plus Matérn 5/2 of their difference: what two functions far from all others share, however far from each other.
 */
export function createKernel(parameters: KernelParameters): Kernel {
  const hasIsolation = parameters.length === 5 || parameters.length === 8
  const both = parameters.length >= 6
  const values = parameters.map(Math.exp)
  const [firstVariance, firstLength, noise] = values
  const [secondVariance, secondLength, productVariance] = both ? values.slice(3, 6) : [0, 1, 0]
  const [thirdVariance, thirdLength] = hasIsolation ? values.slice(-2) : [0, 1]
  const thirdAt = both ? 6 : 3
  return {
    covariance(first, second, isolation) {
      const a = computeMatern(first / firstLength)
      let sum = firstVariance * a
      if (both) sum += (secondVariance + productVariance * a) * computeMatern(second / secondLength)
      return hasIsolation ? sum + thirdVariance * computeMatern(isolation / thirdLength) : sum
    },
    variance: firstVariance + secondVariance + productVariance + thirdVariance,
    noise,
    differentiate(first, second, isolation, into) {
      const a = computeMatern(first / firstLength)
      const b = both ? computeMatern(second / secondLength) : 0
      into[0] = firstVariance * a
      into[1] = (firstVariance + productVariance * b) * differentiateMatern(first / firstLength)
      into[2] = 0
      if (both) {
        into[3] = secondVariance * b
        into[4] = (secondVariance + productVariance * a) * differentiateMatern(second / secondLength)
        into[5] = productVariance * a * b
      }
      if (hasIsolation) {
        into[thirdAt] = thirdVariance * computeMatern(isolation / thirdLength)
        into[thirdAt + 1] = thirdVariance * differentiateMatern(isolation / thirdLength)
      }
    },
  }
}

/** The places of each kind in the order of a kernel's distances; null where it does not compare by one more. */
export function listKinds({
  outputs,
  spectra,
  isolation,
}: KernelCoordinates): [Coordinates, Coordinates | null, Coordinates | null] {
  const first = outputs ?? spectra
  if (!first) throw new Error('functions are compared by outputs or spectra')
  return [first, outputs && spectra, isolation]
}

/** The covariances of row `row` of some places and each of `rows` of others, in the order of `rows`. */
export function computeCovariances(
  kernel: Kernel,
  left: KernelCoordinates,
  rows: Int32Array,
  right: KernelCoordinates,
  row: number,
): Float64Array {
  const covariances = new Float64Array(rows.length)
  const [first, second, isolation] = listKinds(left)
  const [ownFirst, ownSecond, ownIsolation] = listKinds(right)
  for (let i = 0; i < rows.length; i++) {
    covariances[i] = kernel.covariance(
      computeCoordinateDistance(first, rows[i], ownFirst, row),
      second && ownSecond ? computeCoordinateDistance(second, rows[i], ownSecond, row) : 0,
      isolation && ownIsolation ? computeCoordinateDistance(isolation, rows[i], ownIsolation, row) : 0,
    )
  }
  return covariances
}

/** Euclidean distance of a row of one set of places and a row of another. */
export function computeCoordinateDistance(left: Coordinates, a: number, right: Coordinates, b: number): number {
  return Math.sqrt(computeSquaredDistance(left, a, right, b))
}

/** The square of that distance. */
export function computeSquaredDistance(left: Coordinates, a: number, right: Coordinates, b: number): number {
  const { width, values } = left
  const others = right.values
  const from = a * width
  const other = b * width
  let sum = 0
  for (let k = 0; k < width; k++) {
    const difference = values[from + k] - others[other + k]
    sum += difference * difference
  }
  return sum
}

const ROOT_5 = Math.sqrt(5)

function computeMatern(distance: number): number {
  const scaled = ROOT_5 * distance
  return (1 + scaled + (scaled * scaled) / 3) * Math.exp(-scaled)
}

/** The derivative of Matérn 5/2 by the logarithm of the length, at a distance over the length. */
function differentiateMatern(distance: number): number {
  const scaled = ROOT_5 * distance
  return ((scaled * scaled) / 3) * (1 + scaled) * Math.exp(-scaled)
}
