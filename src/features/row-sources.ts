import type { RowSource } from './gram.js'
import { PANEL_LENGTH } from './gram-module.js'

/** The rows of a row-major matrix, each with a leading 1 if `leadingOne`. */
export function toMatrixRows(data: Float32Array, count: number, columns: number, leadingOne = false): RowSource {
  const lead = leadingOne ? 1 : 0
  return {
    count,
    width: columns + lead,
    fill(panel, first, length) {
      if (leadingOne) panel.fill(1, 0, length)
      for (let i = 0; i < length; i++) {
        const start = (first + i) * columns
        for (let k = 0; k < columns; k++) panel[(k + lead) * PANEL_LENGTH + i] = data[start + k]
      }
    },
  }
}

/** The columns of the same matrix as rows, so that their Gram matrix is X Xᵀ. */
export function toMatrixColumns(data: Float32Array, count: number, columns: number, leadingOne = false): RowSource {
  const lead = leadingOne ? 1 : 0
  return {
    count: columns + lead,
    width: count,
    fill(panel, first, length) {
      for (let row = 0; row < count; row++) {
        for (let i = 0; i < length; i++) {
          const column = first + i - lead
          panel[row * PANEL_LENGTH + i] = column < 0 ? 1 : data[row * columns + column]
        }
      }
    },
  }
}
