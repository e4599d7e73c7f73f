const DEGREE = 9
const WIDTH = DEGREE + 1
/** Coefficients of a cell of a table. */
export const NUMBERS_IN_CELL: number = WIDTH
/** Close to the zeros of the Chebyshev polynomial of degree 10, in an order that keeps divided differences small. */
const NODES = [0.9877, -0.9877, 0.1564, -0.1564, 0.7072, -0.7072, 0.891, -0.891, 0.454, -0.454]

/**
 * The value at `position` of a table from `fitPolynomials`. Position 3.25 is a quarter into the fourth cell. NaN gives
 * NaN. The caller ensures that the position is inside the table.
 */
export function evaluatePolynomials(table: Float64Array, position: number): number {
  const cell = position | 0
  const u = 2 * (position - cell) - 1
  const i = cell * WIDTH
  const u2 = u * u
  const u4 = u2 * u2
  const low = table[i] + table[i + 1] * u + (table[i + 2] + table[i + 3] * u) * u2
  const high = table[i + 4] + table[i + 5] * u + (table[i + 6] + table[i + 7] * u) * u2
  return low + (high + (table[i + 8] + table[i + 9] * u) * u4) * u4
}

/**
 * Coefficients of polynomials that interpolate a slow, accurate function: one polynomial of degree 9, through ten points,
 * for each of `cells` intervals of the given width, which start at 0. An evaluation takes about a dozen operations.
 */
export function fitPolynomials(compute: (x: number) => number, width: number, cells: number): Float64Array {
  const table = new Float64Array(cells * WIDTH)
  for (let cell = 0; cell < cells; cell++) {
    const values = NODES.map((node) => compute((cell + 0.5 + 0.5 * node) * width))
    table.set(computeCoefficients(values), cell * WIDTH)
  }
  return table
}

/** Newton's divided differences, multiplied out to powers of u. */
function computeCoefficients(values: number[]): number[] {
  const differences = [...values]
  for (let order = 1; order <= DEGREE; order++) {
    for (let i = DEGREE; i >= order; i--) {
      differences[i] = (differences[i] - differences[i - 1]) / (NODES[i] - NODES[i - order])
    }
  }
  const coefficients = new Array<number>(WIDTH).fill(0)
  for (let i = DEGREE; i >= 0; i--) {
    for (let power = DEGREE; power > 0; power--) {
      coefficients[power] = coefficients[power - 1] - NODES[i] * coefficients[power]
    }
    coefficients[0] = differences[i] - NODES[i] * coefficients[0]
  }
  return coefficients
}
