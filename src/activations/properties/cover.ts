import { countNodes, type Expression } from '../expression.js'
import { findKinks } from '../find-kinks.js'
import type { Enclosed, Encloser } from './encloser.js'
import { NOWHERE, PARTIAL, ROUGH } from './enclosure.js'
import { hasFiniteEnds } from './interval.js'

/** The properties hold on [-RANGE, RANGE]. */
export const RANGE = 10

/** An interval between two samples, without its ends. */
export interface Box {
  readonly from: Enclosed
  readonly to: Enclosed
  readonly middle: Enclosed
  readonly enclosure: Enclosed
}

/** Boxes that cover the range, from left to right, and every sample that was taken. */
export interface Cover {
  readonly boxes: readonly Box[]
  readonly samples: readonly Enclosed[]
}

/** The range starts as boxes of this width. */
const WIDTH = 2.5
/** Boxes with a turning point, with slopes of both signs, with a kink, or with a pole are not halved below these widths. */
const TURN_WIDTH = 2 ** -3
const SLOPE_WIDTH = 2 ** -6
const KINK_WIDTH = 2 ** -6
/** Kinks may be anywhere in such a box, for example because two operands are equal all along. */
const LEVEL_WIDTH = 2 ** -3
const LEAST_WIDTH = 2 ** -10
/** Most boxes, and most operations of all boxes together. */
const MAX_BOXES = 400
const MAX_OPERATIONS = 12_000
const MIN_BOXES = 100

/** A box that may be halved. */
interface Open extends Box {
  /** How often in a row halving has narrowed the slopes, as it does around a simple turning point. */
  readonly narrowed: number
}

/**
 * Covers the range with boxes, and halves those whose enclosures do not decide: the slope has both signs, a kink may be
 * inside, or the values have no bound. Wide boxes come first, so that a limit on the number of boxes hits the narrow ones.
 */
export function coverRange(encloser: Encloser, expression: Expression): Cover {
  const samples = listEdges(expression).map((x) => encloser.at(x))
  const edges = [...samples]
  const open = (from: Enclosed, to: Enclosed, parent: Open | null): Open => {
    // Without its ends, because a jump there belongs to the sample.
    const { box, middle } = encloser.over(nextUp(from.x), -nextUp(-to.x), from.x + (to.x - from.x) / 2)
    samples.push(middle)
    const isNarrowed = parent !== null && widthOfSlopes(box) <= 0.7 * widthOfSlopes(parent.enclosure)
    return { from, to, middle, enclosure: box, narrowed: isNarrowed ? parent.narrowed + 1 : 0 }
  }
  const most = Math.min(MAX_BOXES, Math.max(MIN_BOXES, MAX_OPERATIONS / countNodes(expression)))
  const boxes: Open[] = []
  let waiting: Open[] = []
  for (let i = 1; i < edges.length; i++) waiting.push(open(edges[i - 1], edges[i], null))
  let count = waiting.length
  while (waiting.length > 0) {
    const next: Open[] = []
    for (const box of waiting) {
      if (count >= most || !isOpen(box)) {
        boxes.push(box)
        continue
      }
      count += 2
      next.push(open(box.from, box.middle, box), open(box.middle, box.to, box))
    }
    waiting = next
  }
  return { boxes: boxes.sort((a, b) => a.from.x - b.from.x), samples: samples.sort((a, b) => a.x - b.x) }
}

/** Whether the function has a finite value at the sample. */
export function hasValue({ value, flags }: Enclosed): boolean {
  return (flags & (PARTIAL | NOWHERE)) === 0 && hasFiniteEnds(value)
}

/** 1 or -1 if the function certainly rises or falls at the sample, else 0. */
export function directionOf(sample: Enclosed): number {
  if (!hasValue(sample)) return 0
  return sample.slope.lo > 0 ? 1 : sample.slope.hi < 0 ? -1 : 0
}

function isOpen(box: Open): boolean {
  const { from, to, enclosure, narrowed } = box
  const { slope, flags, value } = enclosure
  if (flags & NOWHERE) return false
  const width = to.x - from.x
  if (width <= LEAST_WIDTH) return false
  if (flags & PARTIAL || (flags & ROUGH && !hasFiniteEnds(value))) return true
  if (flags & ROUGH) return width > (from.branches === to.branches ? LEVEL_WIDTH : KINK_WIDTH)
  if (!(slope.lo < 0 && slope.hi > 0) || width <= SLOPE_WIDTH) return false
  const turns = directionOf(from) * directionOf(to) < 0
  return !(turns && width <= TURN_WIDTH && narrowed >= 2)
}

function widthOfSlopes({ slope }: Enclosed): number {
  return slope.hi - slope.lo
}

/** Multiples of `WIDTH`, at which the functions of most operators have their kinks, and the kinks that numbers make. */
function listEdges(expression: Expression): number[] {
  const count = (2 * RANGE) / WIDTH
  const edges = new Set(Array.from({ length: count + 1 }, (_, i) => i * WIDTH - RANGE))
  for (const kink of findKinks(expression)) if (Math.abs(kink) < RANGE) edges.add(kink + 0)
  return [...edges].sort((a, b) => a - b)
}

/** A number above x, and the next one except near 0. */
function nextUp(x: number): number {
  return x === 0 ? Number.MIN_VALUE : x + Math.abs(x) * 2.3e-16
}
