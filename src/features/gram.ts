import { prepareGramKernel } from './gram-kernel.js'
import { BLOCK_LINES, PANEL_LENGTH } from './gram-module.js'

/**
 * A matrix of `count` rows of `width` numbers that is read in parts. `fill` writes rows first … first + length - 1 into
 * `panel`, transposed: number k of row first + i goes to panel[k * PANEL_LENGTH + i].
 */
export interface RowSource {
  count: number
  width: number
  fill(panel: Float64Array, first: number, length: number): void
}

/**
 * XᵀX of the rows in float64: width x width, row-major, with only the lower triangle set. The order of the additions is
 * fixed, so equal rows give equal bytes on every machine.
 */
export function computeGram(rows: RowSource): Float64Array {
  const { width, count } = rows
  const lines = Math.ceil(width / BLOCK_LINES) * BLOCK_LINES
  const { panel, sums, addPanel } = prepareGramKernel(lines)
  for (let first = 0; first < count; first += PANEL_LENGTH) {
    const length = Math.min(PANEL_LENGTH, count - first)
    rows.fill(panel, first, length)
    if (length % 2 === 1) for (let k = 0; k < width; k++) panel[k * PANEL_LENGTH + length] = 0
    addPanel(length + (length % 2))
  }
  return cropLowerTriangle(sums, lines, width)
}

function cropLowerTriangle(sums: Float64Array, lines: number, width: number): Float64Array {
  const gram = new Float64Array(width * width)
  for (let row = 0; row < width; row++) {
    gram.set(sums.subarray(row * lines, row * lines + row + 1), row * width)
  }
  return gram
}
