import type { ConvInfo } from '../conv2d-info.js'

/** Output positions next to each other with the same part of the kernel inside the picture. */
export interface PositionRun {
  count: number
  /** Row and column of the first output. */
  i: number
  j: number
  /** First row and column of the picture under that part, and of that part in the kernel. */
  row: number
  column: number
  u: number
  v: number
  /** Rows and columns of that part. */
  rows: number
  columns: number
}

/** The output positions of a convolution, row by row. */
export function listPositions(info: ConvInfo): PositionRun[] {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info
  const runs: PositionRun[] = []
  for (let i = 0; i < outHeight; i++) {
    const top = i * strideHeight - padInfo.top
    const u = Math.max(0, -top)
    const rows = Math.min(filterHeight, inHeight - top) - u
    for (let j = 0; j < outWidth; j++) {
      const left = j * strideWidth - padInfo.left
      const v = Math.max(0, -left)
      const columns = Math.min(filterWidth, inWidth - left) - v
      const last = runs[runs.length - 1]
      if (last?.i === i && last.v === v && last.columns === columns) last.count++
      else runs.push({ count: 1, i, j, row: top + u, column: left + v, u, v, rows, columns })
    }
  }
  return runs
}

/** Whether the kernel is over a part of the picture at every output position. */
export function touchesPictures({ padInfo, filterHeight, filterWidth }: ConvInfo): boolean {
  const { top, bottom, left, right } = padInfo
  return Math.max(top, bottom) < filterHeight && Math.max(left, right) < filterWidth
}

/** Adding 0 times such a number changes no bit of a sum that is not -0. */
export function areFinite(numbers: Float32Array): boolean {
  let zero = 0
  for (let i = 0; i < numbers.length; i++) zero += 0 * numbers[i]
  return zero === 0
}
