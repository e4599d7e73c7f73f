import type { NumberType } from './number-type.js'

/** What the header of a file with an array says. */
export interface ArrayHeader {
  readonly format: 'IDX' | 'NPY'
  /** Lengths of the axes; the last one varies fastest. */
  readonly lengths: readonly number[]
  readonly type: NumberType
  /** Number of bytes before the first number. */
  readonly bytes: number
}
