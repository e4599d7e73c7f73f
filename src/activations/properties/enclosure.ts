import type { Interval } from './interval.js'

/** The function may have a kink, a jump or a pole inside. */
export const ROUGH = 1
/** The function may lack a value somewhere inside. */
export const PARTIAL = 2
/** The function has no value anywhere inside, except perhaps at single points. */
export const NOWHERE = 4

/**
 * What an enclosure is of: one number, all numbers of an interval, or an infinite x. There infinities and zeros are limits;
 * elsewhere they are values, with which operators compute as numbers do.
 */
export type Extent = 'POINT' | 'INTERVAL' | 'LIMIT'

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
