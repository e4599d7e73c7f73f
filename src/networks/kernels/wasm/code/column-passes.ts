import { type Code, F32_LANES, F64_LANES, type Lanes, repeat } from './instructions.js'
import type { FunctionWriter } from './module.js'

/** A matrix in memory, row by row. */
export interface Rows {
  rows: number
  columns: number
}

/**
 * One walk over the rows of float32 matrices of the same shape. A formula gets the numbers of a place and the constants of
 * its column. It gives the terms that are added to the column's sums, or the number for the matrix that is written.
 */
export interface Pass {
  /** Computes in float32, or in float64 with sums and constants in float64. */
  lanes: Lanes
  reads: number
  constants: number
  sums: number
  formula(numbers: readonly Code[], constants: readonly Code[]): { terms?: Code[]; output?: Code }
}

/**
 * run(read matrices, constants, target). The constants of each kind follow each other, and so do the sums in the target.
 * Columns share a vector, but the terms of a sum are added row after row.
 */
export function writePass({ rows, columns }: Rows, { lanes, reads, constants, sums, formula }: Pass): FunctionWriter {
  const write: FunctionWriter['write'] = (parameters, locals) => {
    const matrices = parameters.slice(0, reads)
    const [constant, target] = parameters.slice(reads)
    const many = <T>(count: number, create: () => T): T[] => Array.from({ length: count }, create)
    const vectors = lanes.most / lanes.least
    const cursors = many(reads + 1, locals.i32)
    const numbers = many(reads, locals.v128)
    const constantsOf = many(vectors, () => many(constants, locals.v128))
    const sumsOf = many(vectors, () => many(sums, locals.v128))
    const [blockCounter, rowCounter] = [locals.i32(), locals.i32()]

    const place = (width: number, start: number, k: number): Code => {
      const read = numbers.map((number, i) => number.set(lanes.loadFloats(width, cursors[i].get, start * FLOAT)))
      const { terms = [], output } = formula(
        numbers.map(({ get }) => get),
        constantsOf[k].map(({ get }) => get),
      )
      const added = terms.map((term, i) => sumsOf[k][i].set(lanes.add(sumsOf[k][i].get, term)))
      return [read, added, output ? lanes.storeFloats(width, cursors[reads].get, output, start * FLOAT) : []]
    }
    const block = (width: number): Code => {
      const starts = startsOf(width, lanes.least)
      const each = (code: (start: number, k: number) => Code): Code => starts.map(code)
      const used = sums > 0 ? cursors.slice(0, reads) : cursors
      const address = (i: number, start: number) => (i * columns + start) * lanes.bytes
      return [
        used.map((cursor, i) => cursor.set((matrices[i] ?? target).get)),
        each((start, k) =>
          constantsOf[k].map((local, i) => local.set(lanes.load(width, constant.get, address(i, start)))),
        ),
        each((_, k) => sumsOf[k].map((sum) => sum.set(lanes.zero()))),
        repeat(rowCounter, rows, [
          each((start, k) => place(width, start, k)),
          used.map((cursor) => cursor.add(columns * FLOAT)),
        ]),
        each((start, k) => sumsOf[k].map((sum, i) => lanes.store(width, target.get, sum.get, address(i, start)))),
      ]
    }
    const move = (by: number): Code => [
      matrices.map((matrix) => matrix.add(by * FLOAT)),
      constant.add(by * lanes.bytes),
      target.add(by * (sums > 0 ? lanes.bytes : FLOAT)),
    ]
    const whole = Math.floor(columns / lanes.most)
    // The last block overlaps the one before it if it does not fill a vector.
    const rest = columns % lanes.most
    const last = whole > 0 && rest > 0 ? Math.max(rest, lanes.least) : rest
    return [
      whole > 0 ? repeat(blockCounter, whole, [block(lanes.most), move(lanes.most)]) : [],
      move(rest - last),
      last > 0 ? block(last) : [],
    ]
  }
  return { parameters: reads + 2, write }
}

const FLOAT = 4

/** First columns of the vectors of a block. Less than a vector is taken column by column. */
function startsOf(width: number, lanes: number): number[] {
  const step = width < lanes ? 1 : lanes
  return Array.from({ length: Math.ceil(width / step) }, (_, k) => Math.min(k * step, width - step))
}

/** The sum of each column in float32. */
export function writeColumnSums(shape: Rows): FunctionWriter {
  return writePass(shape, { lanes: F32_LANES, reads: 1, constants: 0, sums: 1, formula: ([x]) => ({ terms: [x] }) })
}

/** The sums of each column and of its squares. */
export function writeMoments(shape: Rows): FunctionWriter {
  const formula: Pass['formula'] = ([x]) => ({ terms: [x, F64_LANES.mul(x, x)] })
  return writePass(shape, { lanes: F64_LANES, reads: 1, constants: 0, sums: 2, formula })
}

/** x · factor + term, with the constants factor and term. */
export function writeScaled(shape: Rows): FunctionWriter {
  const formula: Pass['formula'] = ([x], [factor, term]) => ({
    output: F64_LANES.add(F64_LANES.mul(x, factor), term),
  })
  return writePass(shape, { lanes: F64_LANES, reads: 1, constants: 2, sums: 0, formula })
}

/** The sums of dy, and of dy · (x - mean) with the constant mean. */
export function writeGradientSums(shape: Rows): FunctionWriter {
  const formula: Pass['formula'] = ([dy, x], [mean]) => ({ terms: [dy, F64_LANES.mul(dy, F64_LANES.sub(x, mean))] })
  return writePass(shape, { lanes: F64_LANES, reads: 2, constants: 1, sums: 2, formula })
}

/** dy · a + x · b + term, with the constants a, b and term. */
export function writeCombined(shape: Rows): FunctionWriter {
  const { add, mul } = F64_LANES
  const formula: Pass['formula'] = ([dy, x], [a, b, term]) => ({ output: add(add(mul(dy, a), mul(x, b)), term) })
  return writePass(shape, { lanes: F64_LANES, reads: 2, constants: 3, sums: 0, formula })
}
