import type { LabelledRows } from './labelled-rows.js'
import { rangeTo } from './labels.js'

/** What is subtracted from the numbers of a channel, and the factor of these numbers. */
export interface Scaling {
  readonly mean: readonly number[]
  readonly factor: readonly number[]
}

/**
 * The scaling that gives each channel (`channel`) or all numbers together (`all`) mean 0 and deviation 1 over these rows. The
 * channel of a vector is its column. A deviation of 0 counts as 1.
 */
export function computeScaling(rows: LabelledRows, used: Uint32Array, scale: 'channel' | 'all' | 'none'): Scaling {
  const channels = rows.shape[rows.shape.length - 1]
  if (scale === 'none') return { mean: new Array(channels).fill(0), factor: new Array(channels).fill(1) }
  const groups = scale === 'all' ? 1 : channels
  const perRow = rows.shape.reduce((product, length) => product * length, 1) / groups
  const average = (of: (value: number, group: number) => number): number[] => {
    const sums = new Float64Array(groups)
    rows.visit(used, (values) => {
      for (let i = 0, group = 0; i < values.length; i++) {
        sums[group] += of(values[i], group)
        if (++group === groups) group = 0
      }
    })
    return Array.from(sums, (sum) => sum / (perRow * used.length))
  }
  const mean = average((value) => value)
  const factor = average((value, group) => (value - mean[group]) ** 2).map((square) =>
    square > 0 ? 1 / Math.sqrt(square) : 1,
  )
  const repeat = (list: number[]) => Array.from({ length: channels }, (_, i) => list[i % groups])
  return { mean: repeat(mean), factor: repeat(factor) }
}

/** Throws an error of one line for the first number that is not finite or out of the range. */
export function checkValues(rows: LabelledRows, range: readonly [number, number] | null): void {
  const [least, most] = range ?? [-Number.MAX_VALUE, Number.MAX_VALUE]
  rows.visit(Uint32Array.from(rangeTo(rows.count)), (values, row) => {
    for (const value of values) {
      if (value >= least && value <= most) continue
      const expected = Number.isFinite(value) ? `values from ${least} to ${most}, as data.range says` : 'finite values'
      throw new Error(`${rows.file}: ${rows.placeOf(row)}: expected ${expected}, got ${value}`)
    }
  })
}
