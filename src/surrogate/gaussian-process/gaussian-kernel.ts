/** Coordinates of functions by one kind of feature: rows × width. */
export interface Coordinates {
  readonly values: Float64Array
  readonly width: number
}

/** Coordinates of the functions that a kernel compares: by outputs, by spectra, or by both (then neither is null). */
export interface KernelCoordinates {
  readonly outputs: Coordinates | null
  readonly spectra: Coordinates | null
  /**
   * The isolation of each spectrum (see `computeIsolation`): one coordinate. Null if the kernel does not compare it.
   */
  readonly isolation: Coordinates | null
}

/**
 * Natural logarithms, in this order: variance and length scale of the first term (outputs, or spectra if there are no
 * outputs), variance of the noise. With both kinds, then variance and length scale of the spectrum term and variance of
 * the product term. With isolations, at the end variance and length scale of their term.
 */
export type KernelParameters = readonly number[]

/** The covariance of two functions by their distances: in the first kind of feature, the second kind, and isolation. */
export interface Kernel {
  covariance(first: number, second: number, isolation: number): number
  /** Prior variance of any function, without noise. */
  readonly variance: number
  readonly noise: number
  /**
   * Writes the partial derivatives of the covariance with respect to each parameter. The derivative for the noise stays
   * 0, because it is 0 except on the diagonal.
   */
  differentiate(first: number, second: number, isolation: number, into: Float64Array): void
}

/**
 * The sum of a Matérn 5/2 kernel on outputs, one on spectra, and the product of both (Rasmussen & Williams 2006,
 * equation 4.17 and section 4.2.4). Functions can be similar in either, and are most similar in both. With isolations,
 * a Matérn 5/2 kernel on their difference is added: it covers properties that isolated functions share however far
 * apart they are.
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

/**
 * The coordinates of each kind in the order of the kernel's distances; null for each kind that the kernel does not
 * compare.
 */
export function listKinds({
  outputs,
  spectra,
  isolation,
}: KernelCoordinates): [Coordinates, Coordinates | null, Coordinates | null] {
  const first = outputs ?? spectra
  if (!first) throw new Error('coordinates: none; expected coordinates of outputs or spectra')
  return [first, outputs && spectra, isolation]
}

/** The covariances between row `row` of `right` and each of `rows` of `left`, in the order of `rows`. */
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

/** Euclidean distance between a row of one set of coordinates and a row of another. */
export function computeCoordinateDistance(left: Coordinates, a: number, right: Coordinates, b: number): number {
  return Math.sqrt(computeSquaredDistance(left, a, right, b))
}

/** Square of the Euclidean distance. */
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

/** Correlation at a distance in length scales (Rasmussen & Williams 2006, equation 4.17). */
export function computeMatern(distance: number): number {
  const scaled = ROOT_5 * distance
  return (1 + scaled + (scaled * scaled) / 3) * Math.exp(-scaled)
}

/**
 * The derivative of Matérn 5/2 with respect to the logarithm of the length scale, at a distance divided by the length
 * scale.
 */
function differentiateMatern(distance: number): number {
  const scaled = ROOT_5 * distance
  return ((scaled * scaled) / 3) * (1 + scaled) * Math.exp(-scaled)
}
