/** QL needs fewer than two sweeps per eigenvalue on average. An eigenvalue that needs this many never converges. */
const MAX_SWEEPS = 60

/**
 * The eigenvalues of a symmetric tridiagonal matrix, in ascending order. `offDiagonal[i]` couples rows i - 1 and i;
 * `offDiagonal[0]` is ignored. Implicit QL with Wilkinson's shift (Golub & Van Loan, Matrix Computations, 8.3.3). Does
 * not change its arguments.
 */
export function computeTridiagonalEigenvalues(diagonal: Float64Array, offDiagonal: Float64Array): Float64Array {
  const size = diagonal.length
  const d = diagonal.slice()
  const e = new Float64Array(size)
  e.set(offDiagonal.subarray(1))
  const negligible = Number.EPSILON * computeNorm(d, e)
  for (let first = 0; first < size; first++) {
    let sweeps = 0
    for (let last = findBlockEnd(e, first, negligible); last > first; last = findBlockEnd(e, first, negligible)) {
      if (++sweeps > MAX_SWEEPS) throw new RangeError(`eigenvalue ${first} of ${size} did not converge`)
      sweep(d, e, first, last)
    }
  }
  return d.sort()
}

/** The largest row sum, an upper bound of the largest eigenvalue's magnitude. */
function computeNorm(d: Float64Array, e: Float64Array): number {
  let norm = 0
  for (let i = 0; i < d.length; i++) {
    norm = Math.max(norm, Math.abs(d[i]) + Math.abs(e[i]) + (i > 0 ? Math.abs(e[i - 1]) : 0))
  }
  return norm
}

/**
 * The end of the unreduced block that begins at `first`. A coupling is negligible compared with the norm of the whole
 * matrix, not with the adjacent diagonal elements. In a singular matrix those are rounding noise, and QL would never
 * end.
 */
function findBlockEnd(e: Float64Array, first: number, negligible: number): number {
  let last = first
  while (last < e.length - 1 && Math.abs(e[last]) > negligible) last++
  return last
}

/** One implicit QL sweep from `last` up to `first`: plane rotations that chase the bulge. */
function sweep(d: Float64Array, e: Float64Array, first: number, last: number): void {
  const slope = (d[first + 1] - d[first]) / (2 * e[first])
  const radius = Math.sqrt(slope * slope + 1)
  let g = d[last] - d[first] + e[first] / (slope + (slope < 0 ? -radius : radius))
  let sine = 1
  let cosine = 1
  let p = 0
  for (let i = last - 1; i >= first; i--) {
    const f = sine * e[i]
    const b = cosine * e[i]
    const r = Math.sqrt(f * f + g * g)
    e[i + 1] = r
    if (r === 0) {
      // The bulge underflowed: the block has split at i + 1, and the next sweep will find the split.
      d[i + 1] -= p
      e[last] = 0
      return
    }
    sine = f / r
    cosine = g / r
    g = d[i + 1] - p
    const t = (d[i] - g) * sine + 2 * cosine * b
    p = sine * t
    d[i + 1] = g + p
    g = cosine * t - b
  }
  d[first] -= p
  e[first] = g
  e[last] = 0
}
