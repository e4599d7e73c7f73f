import { type Code, type Local, repeat } from './instructions.js'
import type { FunctionWriter, Locals } from './module.js'
import { type Block, createScratch, type Pointers, type Scratch, type Terms, writeBlock } from './sum-of-products.js'

export const FLOAT = 4

/** Rows and columns of sums that fit into the registers of the processor together. */
export const BLOCK_ROWS = 4
export const BLOCK_COLUMNS = 8

/** Rows that do not lie at equal distances may be this many, so that 5 × 5 kernels need one block. */
const MOST_UNEVEN_ROWS = 5

/** With more input channels, each column of a kernel has blocks of its own, even if the last one is not full. */
const MOST_CHANNELS = 8

/** A matrix product: left rows × inner, right inner × columns. Distances between left factors are in numbers. */
export interface Product {
  rows: number
  inner: number
  columns: number
  leftRow: number
  leftStep: number
}

/** run(left, right, out): out = left · right. */
export function writeProduct({ rows, inner, columns, leftRow, leftStep }: Product): FunctionWriter {
  const write: FunctionWriter['write'] = ([left, right, out], locals) => {
    const terms = [{ count: inner, step: leftStep * FLOAT }]
    const shape = { columns, terms, rightStep: columns * FLOAT, outStep: columns * FLOAT }
    const tiles = createTiles(shape, { left, right, start: null, out }, locals, BLOCK_ROWS)
    return tiles.writeEvenRows(rows, leftRow * FLOAT)
  }
  return { parameters: 3, write }
}

/** A convolution over pictures that are padded already, channels last. */
export interface Convolution {
  /** Height, width and channels of a padded picture. */
  padded: readonly [number, number, number]
  kernel: readonly [number, number]
  stride: readonly [number, number]
  out: readonly [number, number, number]
  hasStart: boolean
}

/** run(pictures, kernel, start, out, batch): each sum runs over rows, columns and channels of the kernel. */
export function writeConvolution({ padded, kernel, stride, out, hasStart }: Convolution): FunctionWriter {
  const write: FunctionWriter['write'] = ([left, right, start, to, batch], locals) => {
    const [outHeight, outWidth, columns] = out
    const [height, width, channels] = padded
    const row = width * channels * FLOAT
    const terms: Terms = [
      { count: kernel[0], step: row },
      { count: kernel[1] * channels, step: FLOAT },
    ]
    const shape = { columns, terms, rightStep: columns * FLOAT, outStep: columns * FLOAT }
    const tiles = createTiles(shape, { left, right, start: hasStart ? start : null, out: to }, locals, BLOCK_ROWS)
    const leftRow = stride[1] * channels * FLOAT
    const ofPicture = repeat(locals.i32(), outHeight, [
      tiles.writeEvenRows(outWidth, leftRow),
      left.add(stride[0] * row - outWidth * leftRow),
    ])
    return repeat(locals.i32(), batch.get, [ofPicture, left.add(height * row - outHeight * stride[0] * row)])
  }
  return { parameters: 5, write }
}

/** The gradient of a convolution with respect to its kernel. */
export interface FilterGradient {
  batch: number
  /** Width and channels of a padded picture. */
  paddedWidth: number
  channels: number
  kernel: readonly [number, number]
  stride: readonly [number, number]
  out: readonly [number, number, number]
}

/**
 * run(pictures, outer, gradient). Both arguments have their batch axis between position and channels. Each sum runs over
 * rows and columns of the outputs, and then over the batch.
 */
export function writeFilterGradient(gradient: FilterGradient): FunctionWriter {
  const { batch, paddedWidth, channels, kernel, stride, out } = gradient
  const write: FunctionWriter['write'] = ([left, right, to], locals) => {
    const [outHeight, outWidth, columns] = out
    const position = batch * channels * FLOAT
    const terms: Terms = [
      { count: outHeight, step: stride[0] * paddedWidth * position },
      { count: outWidth, step: stride[1] * position },
      { count: batch, step: channels * FLOAT },
    ]
    const shape = { columns, terms, rightStep: columns * FLOAT, outStep: columns * FLOAT }
    const tiles = createTiles(shape, { left, right, start: null, out: to }, locals, MOST_UNEVEN_ROWS)
    const isEven = channels % BLOCK_ROWS === 0 || channels > MOST_CHANNELS
    const ofRow = isEven
      ? repeat(locals.i32(), kernel[1], [tiles.writeEvenRows(channels, FLOAT), left.add(position - channels * FLOAT)])
      : tiles.writeUnevenRows(
          Array.from({ length: kernel[1] * channels }, (_, row) => {
            return Math.floor(row / channels) * position + (row % channels) * FLOAT
          }),
        )
    const moved = isEven ? kernel[1] * position : 0
    return repeat(locals.i32(), kernel[0], [ofRow, left.add(paddedWidth * position - moved)])
  }
  return { parameters: 3, write }
}

export interface Tiles {
  /** Writes rows at equal distances. Afterwards the pointers to left factors and sums are behind them. */
  writeEvenRows(rows: number, leftRow: number): Code
  /** Writes rows whose left factors have these offsets. Afterwards the pointer to the sums is behind them. */
  writeUnevenRows(offsets: readonly number[]): Code
}

export function createTiles(shape: Omit<Block, 'rows'>, pointers: Pointers, locals: Locals, mostRows: number): Tiles {
  const scratch = createScratch(locals, mostRows, BLOCK_COLUMNS, shape.terms.length)
  const [rowCounter, columnCounter] = [locals.i32(), locals.i32()]
  const across = (rows: readonly number[]): Code => writeColumns({ ...shape, rows }, pointers, scratch, columnCounter)
  const down = (rows: readonly number[], leftMove: number): Code => [
    across(rows),
    pointers.left.add(leftMove),
    pointers.out.add(rows.length * shape.outStep),
  ]
  return {
    writeEvenRows(rows, leftRow) {
      const block = (count: number) =>
        down(
          Array.from({ length: count }, (_, row) => row * leftRow),
          count * leftRow,
        )
      const blocks = Math.floor(rows / BLOCK_ROWS)
      const rest = rows % BLOCK_ROWS
      return [blocks > 0 ? repeat(rowCounter, blocks, block(BLOCK_ROWS)) : [], rest > 0 ? block(rest) : []]
    },
    writeUnevenRows(offsets) {
      const groups = Math.ceil(offsets.length / mostRows)
      const bound = (group: number) => Math.round((group * offsets.length) / groups)
      return Array.from({ length: groups }, (_, group) => down(offsets.slice(bound(group), bound(group + 1)), 0))
    },
  }
}

/** All columns of some rows, in blocks. The pointers are unchanged afterwards. */
function writeColumns(block: Block, pointers: Pointers, scratch: Scratch, counter: Local): Code {
  const { columns } = block
  const move = (by: number): Code =>
    [pointers.right, pointers.start, pointers.out].map((pointer) => pointer?.add(by * FLOAT) ?? [])
  const whole = Math.floor(columns / BLOCK_COLUMNS)
  const rest = columns % BLOCK_COLUMNS
  const isShort = rest > 0 && rest < 4 && columns > 4
  const last = isShort ? 4 : rest
  return [
    whole > 0
      ? repeat(counter, whole, [
          writeBlock({ ...block, columns: BLOCK_COLUMNS }, pointers, scratch),
          move(BLOCK_COLUMNS),
        ])
      : [],
    isShort ? move(rest - last) : [],
    last > 0 ? [writeBlock({ ...block, columns: last }, pointers, scratch), move(last)] : [],
    move(-columns),
  ]
}
