import type { SpaceClass } from '../datasets/space-classes.js'

/** A part of the expressions of a schema, from number `from` up to but not including number `to`. */
export interface SpacePart {
  readonly schema: string
  readonly operators: readonly string[]
  readonly from: number
  readonly to: number
}

/** The functions that the expressions of a part compute. */
export interface SpaceBatch {
  readonly from: number
  readonly to: number
  readonly classes: readonly SpaceClass[]
}
