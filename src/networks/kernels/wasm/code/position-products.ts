import { i32, repeat } from './instructions.js'
import type { FunctionWriter } from './module.js'
import { BLOCK_COLUMNS, BLOCK_ROWS, createTiles, FLOAT } from './products.js'
import type { Terms } from './sum-of-products.js'

/** The part of some output positions of a row in the gradient of a convolution with respect to its kernel. */
export interface PositionGradient {
  batch: number
  channels: number
  columns: number
  /** Width of a picture and of the kernel. */
  width: number
  kernelWidth: number
  /** Columns of a picture from an output to the next one. */
  stride: number
}

/**
 * run(pictures, outer, gradient, rows, columns, count): adds the products at one position after the other, over the batch,
 * to a part of the gradient: so many rows and columns of the kernel, each with its channels. Both arguments have their batch
 * axis between position and channels. The columns must be such that no block overlaps another.
 */
export function writePositionGradient(gradient: PositionGradient): FunctionWriter {
  const { batch, channels, columns, width, kernelWidth, stride } = gradient
  const write: FunctionWriter['write'] = ([left, right, to, kernelRows, kernelColumns, count], locals) => {
    const position = batch * channels * FLOAT
    const terms: Terms = [{ count: batch, step: channels * FLOAT }]
    const shape = { columns, terms, rightStep: columns * FLOAT, outStep: columns * FLOAT, adds: true }
    const tiles = createTiles(shape, { left, right, start: null, out: to }, locals, BLOCK_ROWS)
    const [leftRow, toRow] = [locals.i32(), locals.i32()]
    const ofTap = [tiles.writeEvenRows(channels, FLOAT), left.add(position - channels * FLOAT)]
    const ofPosition = repeat(locals.i32(), kernelRows.get, [
      leftRow.set(left.get),
      toRow.set(to.get),
      repeat(locals.i32(), kernelColumns.get, ofTap),
      left.set(i32.add(leftRow.get, width * position)),
      to.set(i32.add(toRow.get, kernelWidth * channels * columns * FLOAT)),
    ])
    const [leftStart, toStart] = [locals.i32(), locals.i32()]
    return [
      leftStart.set(left.get),
      toStart.set(to.get),
      repeat(locals.i32(), count.get, [
        ofPosition,
        leftStart.add(stride * position),
        left.set(leftStart.get),
        to.set(toStart.get),
        right.add(batch * columns * FLOAT),
      ]),
    ]
  }
  return { parameters: 6, write }
}

/** Whether the blocks of so many columns do not overlap. */
export function hasSeparateBlocks(columns: number): boolean {
  const rest = columns % BLOCK_COLUMNS
  return rest === 0 || rest >= 4
}
