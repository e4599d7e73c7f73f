/** Where functions lie by one kind of feature: rows × width coordinates. */
export interface Places {
  readonly values: Float64Array
  readonly width: number
}

/** The functions that a kernel compares: by outputs, and by spectra where the process knows them. */
export interface KernelPlaces {
  readonly outputs: Places
  readonly spectra: Places | null
}

/**
 * Natural logarithms, in this order: variance and length of the outputs' term, variance of the noise; with spectra also
 * variance and length of their term, and the variance of the product term.
 */
export type KernelParameters = readonly number[]

/** The covariance of functions whose features lie so far apart. */
export interface Kernel {
  covariance(outputs: number, spectra: number): number
  /** Of any function before anything is measured, without the noise. */
  readonly variance: number
  readonly noise: number
  /** The partial derivatives of the covariance by each parameter; that of the noise (0 but on the diagonal) is left 0. */
  differentiate(outputs: number, spectra: number, into: Float64Array): void
}

/**
 * Matérn 5/2 of the outputs' distance, plus the same of the spectra's, plus the product of both (Rasmussen & Williams 2006,
 * equation 4.17 and section 4.2.4): functions may be alike by either, and are most so by both.
 */
export function createKernel(parameters: KernelParameters): Kernel {
  const [firstVariance, firstLength, noise, secondVariance = 0, secondLength = 1, productVariance = 0] = parameters.map(
    Math.exp,
  )
  const first = 1 / firstLength
  const second = 1 / secondLength
  if (parameters.length === 3) {
    return {
      covariance: (outputs) => firstVariance * computeMatern(outputs * first),
      variance: firstVariance,
      noise,
      differentiate(outputs, _, into) {
        into[0] = firstVariance * computeMatern(outputs * first)
        into[1] = firstVariance * differentiateMatern(outputs * first)
        into[2] = 0
      },
    }
  }
  return {
    covariance(outputs, spectra) {
      const a = computeMatern(outputs * first)
      const b = computeMatern(spectra * second)
      return firstVariance * a + (secondVariance + productVariance * a) * b
    },
    variance: firstVariance + secondVariance + productVariance,
    noise,
    differentiate(outputs, spectra, into) {
      const a = computeMatern(outputs * first)
      const b = computeMatern(spectra * second)
      into[0] = firstVariance * a
      into[1] = (firstVariance + productVariance * b) * differentiateMatern(outputs * first)
      into[2] = 0
      into[3] = secondVariance * b
      into[4] = (secondVariance + productVariance * a) * differentiateMatern(spectra * second)
      into[5] = productVariance * a * b
    },
  }
}

/** The covariances of row `row` of some places and each of `rows` of others, in the order of `rows`. */
export function computeCovariances(
  kernel: Kernel,
  left: KernelPlaces,
  rows: Int32Array,
  right: KernelPlaces,
  row: number,
): Float64Array {
  const covariances = new Float64Array(rows.length)
  const { spectra } = right
  for (let i = 0; i < rows.length; i++) {
    const outputs = computePlaceDistance(left.outputs, rows[i], right.outputs, row)
    const other = left.spectra && spectra ? computePlaceDistance(left.spectra, rows[i], spectra, row) : 0
    covariances[i] = kernel.covariance(outputs, other)
  }
  return covariances
}

/** Euclidean distance of a row of one set of places and a row of another. */
export function computePlaceDistance(left: Places, a: number, right: Places, b: number): number {
  const { width, values } = left
  const others = right.values
  const from = a * width
  const other = b * width
  let sum = 0
  for (let k = 0; k < width; k++) {
    const difference = values[from + k] - others[other + k]
    sum += difference * difference
  }
  return Math.sqrt(sum)
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
