import { hasValue, RANGE } from './cover.js'
import type { Enclosed, Encloser } from './encloser.js'
import { NOWHERE, PARTIAL } from './enclosure.js'
import { hasFiniteEnds, type Interval, isInfinity, simplestIn, sizeOf, widthOf } from './interval.js'

/** What a function does to the left or to the right of the range. */
export interface Tail {
  readonly isBounded: boolean
  /** Whether interval arithmetic shows that, rather than numbers far out. */
  readonly isBoundProven: boolean
  /** The limit of the derivative; null if it has none, or if it is infinite. */
  readonly slope: number | null
}

/** A number far out and an enclosure there. */
interface Reading {
  readonly at: number
  readonly width: number
}

/** Functions whose terms cancel or overflow soon show their limit from here on. */
const NEAREST = 4
/** Numbers up to 1e3, for functions whose terms cancel or overflow soon, and up to 1e150 for all others. */
const NEAR = Array.from({ length: 32 }, (_, i) => NEAREST * 10 ** ((i + jitter(i)) / 13.4))
const FAR = Array.from({ length: 27 }, (_, i) => 10 ** (3 + 5 * (i + jitter(i))))
/** Enclosures wider than this, relative to the number or to 1, tell nothing. */
const MOST_WIDTH = 1e-5
const MIN_READINGS = 6
/** Readings that tend to a number differ by less than this at the end, relative to the number or to 1. */
const LEAST_SPREAD = 0.02
/** The greatest values grow by this factor from one third of the readings to the next if they have no bound. */
const GROWTH = 1.3

/** Looks at the function to the right of the range, or to the left of it if `side` is -1. */
export function inspectTail(encloser: Encloser, side: 1 | -1): Tail {
  const limit = encloser.at(side * Number.POSITIVE_INFINITY)
  const beyond = encloser.beyond(side * RANGE)
  if (beyond.flags & NOWHERE) return { isBounded: true, isBoundProven: true, slope: null }
  return { ...decideBound(encloser, side, limit, beyond), slope: decideSlope(encloser, side, limit) }
}

function decideBound(encloser: Encloser, side: 1 | -1, limit: Enclosed, beyond: Enclosed) {
  const isKnown = (limit.flags & (PARTIAL | NOWHERE)) === 0
  if (hasFiniteEnds(beyond.value)) return { isBounded: true, isBoundProven: true }
  // A finite limit is a bound if there is no pole on the way, which the readings would show.
  if (isKnown && isInfinity(limit.value)) return { isBounded: false, isBoundProven: true }
  const readings = read(encloser, side, ({ value }) => value)
  if (readings.length < MIN_READINGS) return { isBounded: isKnown && hasFiniteEnds(limit.value), isBoundProven: false }
  return { isBounded: !grows(readings.map(({ at, width }) => Math.max(0, Math.abs(at) - width))), isBoundProven: false }
}

function decideSlope(encloser: Encloser, side: 1 | -1, limit: Enclosed): number | null {
  if ((limit.flags & (PARTIAL | NOWHERE)) === 0) {
    if (isInfinity(limit.slope)) return null
    if (hasFiniteEnds(limit.slope) && widthOf(limit.slope) <= 1e-12 * sizeOf(limit.slope))
      return simplestIn(limit.slope)
  }
  const readings = read(encloser, side, ({ slope }) => slope)
  if (readings.length < MIN_READINGS || !settles(readings)) return null
  return limitOf(readings)
}

/** Readings as far out as enclosures are narrow. */
function read(encloser: Encloser, side: 1 | -1, pick: (enclosed: Enclosed) => Interval): Reading[] {
  const readings: Reading[] = []
  for (const x of [...NEAR, ...FAR]) {
    const enclosed = encloser.at(side * x)
    const found = pick(enclosed)
    if (!hasValue(enclosed) || !hasFiniteEnds(found) || widthOf(found) > MOST_WIDTH * sizeOf(found)) break
    readings.push({ at: found.lo + widthOf(found) / 2, width: widthOf(found) })
  }
  // From 1e3 on, the near ones only say how the function starts.
  return readings.length > NEAR.length + MIN_READINGS ? readings.slice(NEAR.length) : readings
}

/** Whether the readings tend to a number: they spread less and less. */
function settles(readings: readonly Reading[]): boolean {
  const spreads = thirdsOf(readings.map(({ at }) => at)).map((third) => Math.max(...third) - Math.min(...third))
  const size = Math.max(1, Math.abs(readings[readings.length - 1].at))
  const [first, middle, last] = spreads.map((spread) => spread / size)
  return last <= 1e-9 || (last <= 0.5 * middle && (middle <= 0.5 * first || middle <= 1e-9) && last <= LEAST_SPREAD)
}

/** Aitken's limit of three readings at equal distances, rounded to as few digits as the error allows. */
function limitOf(readings: readonly Reading[]): number {
  const last = readings.length - 1
  const step = Math.floor(readings.length / 3)
  const [a, b, c] = [last - 2 * step, last - step, last].map((i) => readings[i].at)
  const bend = c - b - (b - a)
  const isUseful = Math.abs(c - b) > 4 * readings[last].width && bend !== 0
  const limit = isUseful ? c - (c - b) ** 2 / bend : c
  const error = Math.abs(limit - c) + Math.abs(c - b) + readings[last].width
  return simplestIn({ lo: limit - error, hi: limit + error })
}

/** Whether the values have no bound: their greatest sizes grow by a factor, or they rise without slowing down. */
function grows(sizes: readonly number[]): boolean {
  const [first, middle, last] = thirdsOf(sizes).map((third) => Math.max(...third))
  if (last > GROWTH * middle && last > 1e-3) return last - middle > 0.8 * (middle - first)
  const rises = sizes.slice(Math.floor(sizes.length / 3)).every((size, i, rest) => i === 0 || size > rest[i - 1])
  return rises && last - middle > 0.8 * (middle - first)
}

function thirdsOf(values: readonly number[]): number[][] {
  const size = Math.floor(values.length / 3)
  return [values.slice(0, size), values.slice(size, 2 * size), values.slice(2 * size)]
}

/** A fraction that differs from reading to reading, so that no wave has the same phase in all of them. */
function jitter(i: number): number {
  return (i * 0.6180339887498949) % 1
}
