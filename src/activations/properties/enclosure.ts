import type { Interval } from './interval.js'

/** The function may have a kink, a jump or a pole inside. */
export const ROUGH = 1
/** The function may lack a value somewhere inside. */
export const PARTIAL = 2
/** The function has no value anywhere inside, except perhaps at single points. */
export const NOWHERE = 4

/** Where the values of a function lie on an interval, and all its difference quotients there. */
export interface Enclosure {
  readonly value: Interval
  readonly slope: Interval
  readonly flags: number
}

/** Copies field by field, so that all enclosures have one hidden class. */
export function withFlags({ value, slope }: Enclosure, flags: number): Enclosure {
  return { value, slope, flags }
}
