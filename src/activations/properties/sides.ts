import { type Box, type Cover, hasValue } from './cover.js'
import type { Enclosed, Encloser } from './encloser.js'
import { ROUGH } from './enclosure.js'
import { hasFiniteEnds, type Interval, simplestIn, sizeOf, subtract, widthOf } from './interval.js'

/** Distances from a point, relative to it or to 1, at which its sides are compared. */
const DISTANCES = [1e-3, 1e-6, 1e-9, 1e-12]
/** Halvings until a box has no number inside. */
const MAX_HALVINGS = 70
const MAX_LEVEL_HALVINGS = 40
/** A difference that shrinks less than this, while the distance shrinks by a factor of 1,000, has a limit that is not 0. */
const PERSISTS = 0.8
/** An enclosure of this width, relative to the number or to 1, shows a limit. */
const NARROW = 1e-6
/** A smaller relative difference comes from the place of the kink, which rounding errors of the operands move. */
const NEGLIGIBLE = 1e-11
/** More kinks than these are not looked at: in one box, the places where boxes are rough, and all together. */
const MAX_POINTS = 3
const MAX_PLACES = 40
const MAX_CANDIDATES = 120

/** The behaviour of a function at a point where it may have a kink. */
export interface Crossing {
  readonly x: number
  /** Whether value and derivative have the same finite limits from both sides, and the value at the point is their limit. */
  readonly isSmooth: boolean
  /** Whether the values have no bound next to the point. */
  readonly isPole: boolean
  /** The limit of the derivative from the left; null if it has none. */
  readonly leftSlope: number | null
  /** Samples next to the point, from left to right. */
  readonly samples: readonly Enclosed[]
}

/** Looks at the points where branches change: one in each place that may have a kink, and those between two boxes. */
export function inspectKinks(encloser: Encloser, { boxes }: Cover): Crossing[] {
  const points = listPlaces(boxes)
    .slice(0, MAX_PLACES)
    .flatMap((place) => locate(encloser, place))
  return [...new Set([...points, ...listBorders(boxes)])].slice(0, MAX_CANDIDATES).map((x) => inspect(encloser, x))
}

/**
 * Samples between boxes where branches change, and then other rough ones, unless the boxes next to them are smooth and take
 * the same branches. A kink may lie between a sample and the box that starts at the next number, in neither of the two. At
 * the ends of the range, only branches that change count.
 */
function listBorders(boxes: readonly Box[]): number[] {
  const borders: { x: number; branches: number }[] = []
  for (let i = 0; i <= boxes.length; i++) {
    const besides = boxes.slice(Math.max(0, i - 1), i + 1)
    const sample = i < boxes.length ? boxes[i].from : boxes[i - 1].to
    const branches = new Set([sample, ...besides.map(({ middle }) => middle)].map((one) => one.branches)).size
    if (branches === 1 && (besides.length < 2 || !(sample.flags & ROUGH))) continue
    const isLevel = besides.every(
      ({ enclosure }) => !(enclosure.flags & ROUGH) && enclosure.branches === sample.branches,
    )
    if (!isLevel) borders.push({ x: sample.x, branches })
  }
  return borders.sort((a, b) => b.branches - a.branches).map(({ x }) => x)
}

interface Place {
  readonly from: Enclosed
  readonly to: Enclosed
}

/** Rough boxes. Neighbours that take the same branches are one place: the enclosures are too wide there. */
function listPlaces(boxes: readonly Box[]): Place[] {
  const places: Place[] = []
  for (const { enclosure, from, to } of boxes) {
    if (!(enclosure.flags & ROUGH)) continue
    const last = places.at(-1)
    const isLevel = from.branches === to.branches && last?.to === from && last.from.branches === to.branches
    if (isLevel) places[places.length - 1] = { from: last.from, to }
    else places.push({ from, to })
  }
  // Branches that change make kinks more often than enclosures that are too wide.
  const changes = ({ from, to }: Place) => Number(from.branches !== to.branches)
  return places.sort((a, b) => changes(b) - changes(a))
}

/** Points where the branches change, one after the other. Without a change, a point around which enclosures stay rough. */
function locate(encloser: Encloser, { from, to }: Place): number[] {
  const points: number[] = []
  let start = from.x
  while (points.length < MAX_POINTS) {
    const inset = 1e-13 * (to.x - start)
    const left = encloser.at(start + inset).branches
    const isSame = left === encloser.at(to.x - inset).branches
    if (isSame && points.length > 0) break
    start = locateFirst(encloser, start, to.x, isSame ? null : left)
    points.push(start)
  }
  return points
}

/** The point where the branches stop being those on the left. If these are null, a point around which enclosures are rough. */
function locateFirst(encloser: Encloser, start: number, end: number, left: number | null): number {
  let [lo, hi] = [start, end]
  const isSame = left === null
  for (let i = 0; i < (isSame ? MAX_LEVEL_HALVINGS : MAX_HALVINGS); i++) {
    const middle = lo + (hi - lo) / 2
    if (middle <= lo || middle >= hi) break
    const isInLeft = isSame ? isRough(encloser, lo, middle) : encloser.at(middle).branches !== left
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
  const left = DISTANCES.map((distance) => encloser.at(x - distance * scale))
  const right = DISTANCES.map((distance) => encloser.at(x + distance * scale))
  const centre = encloser.at(x)
  // At the ends of the range there is only one side.
  const sides = [x > -9.9999 ? left : [], x < 9.9999 ? right : []].filter((side) => side.length > 0)
  const isDefined = sides.every((side) => side.every(hasValue))
  const values = sides.map((side) => side.map((one) => one.value))
  const slopes = sides.map((side) => side.map((one) => one.slope))
  const isPole = !isDefined || values.some(grows)
  const agrees = (pairs: readonly Interval[][]) =>
    pairs.length < 2 || !persists(pairs[0].map((one, i) => gap(one, pairs[1][i])))
  const isContinuous =
    isDefined &&
    values.every(settles) &&
    agrees(values) &&
    (!hasValue(centre) || values.every((side) => !persists(side.map((one) => gap(one, centre.value)))))
  const isSmooth = isContinuous && slopes.every(settles) && agrees(slopes)
  const leftSlope = left.every(hasValue) ? limitOf(left.map((one) => one.slope)) : null
  return {
    x,
    leftSlope,
    isSmooth,
    isPole: isPole && hasInfinite(sides),
    samples: [...[...left].reverse(), centre, ...right],
  }
}

/** Whether a side has no bound: the values grow, or become infinite, towards the point. */
function hasInfinite(sides: readonly (readonly Enclosed[])[]): boolean {
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
  return side.some(hasFiniteEnds) && !persists(steps)
}

/** The limit of a sequence whose steps shrink, from the nearest enclosure that is narrow; null if it has none. */
function limitOf(side: readonly Interval[]): number | null {
  if (!settles(side)) return null
  for (let i = side.length - 1; i > 0; i--) {
    const { lo, hi } = side[i]
    if (!(widthOf(side[i]) <= NARROW * sizeOf(side[i]))) continue
    const step = Math.max(hi - side[i - 1].lo, side[i - 1].hi - lo)
    const error = widthOf(side[i]) + 2e-3 * step
    return simplestIn({ lo: lo - error, hi: hi + error })
  }
  return null
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
  if (!hasFiniteEnds(a) || !hasFiniteEnds(b)) return 0
  const { lo, hi } = subtract(a, b)
  const distance = Math.max(0, lo, -hi)
  return distance > NEGLIGIBLE * Math.max(Math.abs(a.lo), Math.abs(b.lo)) ? distance : 0
}
