import { NUMBERS_IN_CELL } from '../../../../activations/functions/piecewise-polynomial.js'
import type { Code } from '../code/instructions.js'
import { f64x2, type PairWriter } from './pair-writer.js'

/** `evaluatePolynomials` of `activations/functions`. All positions must be inside the table. */
export function evaluatePolynomials(w: PairWriter, table: string, position: Code): Code {
  const cell = w.name(f64x2.floor(position))
  const u = w.formula('2 * (position - cell) - 1', { position, cell })
  const u2 = w.formula('u * u', { u })
  const u4 = w.formula('u2 * u2', { u2 })
  const rows = w.rowsOf(cell, NUMBERS_IN_CELL)
  const [c0, c1] = w.lookUp(table, rows, 0)
  const [c2, c3] = w.lookUp(table, rows, 1)
  const [c4, c5] = w.lookUp(table, rows, 2)
  const [c6, c7] = w.lookUp(table, rows, 3)
  const [c8, c9] = w.lookUp(table, rows, 4)
  const low = w.formula('c0 + c1 * u + (c2 + c3 * u) * u2', { c0, c1, c2, c3, u, u2 })
  const high = w.formula('c4 + c5 * u + (c6 + c7 * u) * u2', { c4, c5, c6, c7, u, u2 })
  return w.formula('low + (high + (c8 + c9 * u) * u4) * u4', { low, high, c8, c9, u, u4 })
}
