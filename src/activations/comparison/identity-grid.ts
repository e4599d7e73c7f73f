/** Number of points, one in each cell of width 1/20 from -10 to 10. */
const CELLS = 400
/** The golden ratio as a fraction of 2^32: its multiples are spread evenly over a cell. */
const GOLDEN = 0x9e3779b1

/**
 * The inputs outside of the reference samples that distinguish activations: 400 numbers from -10 to 10, ascending. Each is
 * irregularly placed in its cell, at least 0.005 away from every multiple of 0.05. Formulas have their poles, ties and gaps
 * at such round numbers, where two spellings of one function may differ: x·(1/x) is NaN at 0.
 *
 * The outermost points are 2^-10 from -10 and 10, so that a function that is cut off further inside differs from one that is
 * not. docs/decisions/0001-identity.md defines every bit.
 */
export const IDENTITY_GRID: Float64Array = Float64Array.from({ length: CELLS }, (_, cell) => {
  if (cell === 0) return -10 + 2 ** -10
  if (cell === CELLS - 1) return 10 - 2 ** -10
  const share = (Math.imul(cell, GOLDEN) >>> 0) / 2 ** 32
  return -10 + (cell + 0.1 + 0.8 * share) / 20
})
