import { exp } from './exponential.js'
import { log } from './logarithm.js'

/** The real cube root, within one unit in the last place; keeps the sign of a zero. */
export function cbrt(x: number): number {
  const a = Math.abs(x)
  if (!(a > 0 && a < Number.POSITIVE_INFINITY)) return x
  // The cube of the root of a very small number would lose digits.
  if (a < 1e-280) return cbrt(x * 2 ** 165) / 2 ** 55
  const start = exp(log(a) / 3)
  // Newton's step for the cube; its error is the rounding error of the cube.
  const root = start - (start * start * start - a) / (3 * start * start)
  return x < 0 ? -root : root
}
