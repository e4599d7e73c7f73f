import type { Box, Cover } from './cover.js'
import { hasValue, type Sample } from './cover.js'
import { ROUGH } from './enclose-pair.js'
import type { Encloser } from './encloser.js'
import { type Interval, isFinite, subtract } from './interval.js'

/** Distances from a point, relative to it or to 1, at which its sides are compared. */
const DISTANCES = [1e-3, 1e-6, 1e-9, 1e-12]
/** Halvings until a box has no number inside. */
const MAX_HALVINGS = 70
/** A difference that shrinks less than this, while the distance shrinks by a factor of 1,000, has a limit that is not 0. */
const PERSISTS = 0.8
/** More kinks than this are not looked at. */
const MAX_CANDIDATES = 200

/** What a function does at a point where it may have a kink. */
export interface Crossing {
  readonly x: number
  /** Whether value and derivative have the same finite limits from both sides, and the value at the point is their limit. */
  readonly isSmooth: boolean
  /** Whether the values have no bound next to the point. */
  readonly isPole: boolean
  /** Samples next to the point, from left to right. */
  readonly samples: readonly Sample[]
}

/** Looks at the points where branches change, one in each box that may have a kink, and at the rough samples. */
export function inspectKinks(encloser: Encloser, { boxes, samples }: Cover): Crossing[] {
  const points = new Set(samples.filter(({ flags }) => flags & ROUGH).map(({ x }) => x))
  for (const box of boxes) {
    if (points.size >= MAX_CANDIDATES) break
    if (!(box.enclosure.flags & ROUGH)) continue
    points.add(locate(encloser, box))
  }
  return [...points].slice(0, MAX_CANDIDATES).map((x) => inspect(encloser, x))
}

/** The point where the branches change. If they are equal at both ends, the point around which enclosures stay rough. */
function locate(encloser: Encloser, { from, to }: Box): number {
  let [lo, hi] = [from.x, to.x]
  const left = encloser.at(lo + 1e-13 * (hi - lo)).branches
  const right = encloser.at(hi - 1e-13 * (hi - lo)).branches
  for (let i = 0; i < MAX_HALVINGS; i++) {
    const middle = lo + (hi - lo) / 2
    if (middle <= lo || middle >= hi) break
    const isInLeft =
      left === right ? isRough(encloser, lo, middle) : encloser.at(middle).branches !== left
    if (isInLeft) hi = middle
    else lo = middle
  }
  return hi
}

function isRough(encloser: Encloser, lo: number, hi: number): boolean {
  return (encloser.over(lo, hi).box.flags & ROUGH) !== 0
}

function inspect(encloser: Encloser, x: number): Crossing {
  const scale = Math.max(1, Math.abs(x))
  const sample = (at: number): Sample => ({ ...encloser.at(at), x: at })
  const left = DISTANCES.map((distance) => sample(x - distance * scale))
  const right = DISTANCES.map((distance) => sample(x + distance * scale))
  const centre = sample(x)
  // At the ends of the range there is only one side.
  const sides = [x > -9.9999 ? left : [], x < 9.9999 ? right : []].filter((side) => side.length > 0)
  const isDefined = sides.every((side) => side.every(hasValue))
  const values = sides.map((side) => side.map((one) => one.value))
  const slopes = sides.map((side) => side.map((one) => one.slope))
  const isPole = !isDefined || values.some(grows)
  const agrees = (pairs: readonly Interval[][]) => pairs.length < 2 || !persists(pairs[0].map((one, i) => gap(one, pairs[1][i])))
  const isContinuous =
    isDefined && values.every(settles) && agrees(values) && (!hasValue(centre) || values.every((side) => !persists(side.map((one) => gap(one, centre.value)))))
  const isSmooth = isContinuous && slopes.every(settles) && agrees(slopes)
  return { x, isSmooth, isPole: isPole && hasInfinite(sides), samples: [...[...left].reverse(), centre, ...right] }
}

/** Whether a side has no bound: the values grow, or become infinite, towards the point. */
function hasInfinite(sides: readonly (readonly Sample[])[]): boolean {
  return sides.some((side) => grows(side.map(({ value }) => value)))
}

/** Whether the distance from 0 grows without settling. */
function grows(side: readonly Interval[]): boolean {
  const sizes = side.map(({ lo, hi }) => Math.max(0, lo, -hi))
  if (sizes.some((size) => size === Number.POSITIVE_INFINITY || size > 1e300)) return true
  return sizes[2] > sizes[1] && sizes[1] > sizes[0] && !settles(side)
}

/** Whether the sequence has a limit: its steps shrink, or are within the rounding error. */
function settles(side: readonly Interval[]): boolean {
  if (side.some((one) => Number.isNaN(one.lo))) return false
  const steps = side.slice(1).map((one, i) => gap(one, side[i]))
  return side.some(isFinite) && !persists(steps)
}

/**
 * Whether a difference persists while the distance shrinks. The differences are lower bounds, which rounding errors make
 * smaller, so the smallest distances count only if they still show one.
 */
function persists(differences: readonly number[]): boolean {
  for (let i = differences.length - 1; i > 0; i--) {
    if (differences[i] > 0) return differences[i] > PERSISTS * differences[i - 1]
  }
  return false
}

/** The least distance of numbers of two intervals. */
function gap(a: Interval, b: Interval): number {
  if (!isFinite(a) || !isFinite(b)) return 0
  const { lo, hi } = subtract(a, b)
  return Math.max(0, lo, -hi)
}
