import { countNodes, type Expression } from '../expression.js'
import { findKinks } from '../find-kinks.js'
import { NOWHERE, PARTIAL, ROUGH } from './enclose-pair.js'
import type { Enclosed, Encloser } from './encloser.js'
import { isFinite } from './interval.js'

/** The properties hold on [-RANGE, RANGE]. */
export const RANGE = 10

/** The function at one number. */
export interface Sample extends Enclosed {
  readonly x: number
}

/** An interval between two samples, without its ends. */
export interface Box {
  readonly from: Sample
  readonly to: Sample
  readonly middle: Sample
  readonly enclosure: Enclosed
}

/** Boxes that cover the range, from left to right, and every sample that was taken. */
export interface Cover {
  readonly boxes: readonly Box[]
  readonly samples: readonly Sample[]
}

/** The range starts as boxes of this width. */
const WIDTH = 0.5
/** Boxes with a turning point, with a kink, or of any other kind are not halved below these widths. */
const TURN_WIDTH = 2 ** -4
const KINK_WIDTH = 2 ** -6
const LEAST_WIDTH = 2 ** -10
/** Most boxes, and most operations of all boxes together. */
const MAX_BOXES = 1200
const MAX_OPERATIONS = 24_000
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
  const samples: Sample[] = []
  const sample = (x: number): Sample => {
    const taken = { ...encloser.at(x), x }
    samples.push(taken)
    return taken
  }
  const open = (from: Sample, to: Sample): Omit<Open, 'narrowed'> => {
    // Without its ends, because a jump there belongs to the sample.
    const { box, middle, x } = encloser.over(nextUp(from.x), -nextUp(-to.x))
    const taken = { ...middle, x }
    samples.push(taken)
    return { from, to, middle: taken, enclosure: box }
  }
  const edges = listEdges(expression).map(sample)
  const most = Math.min(MAX_BOXES, Math.max(MIN_BOXES, MAX_OPERATIONS / countNodes(expression)))
  let waiting: Open[] = edges.slice(1).map((to, i) => ({ ...open(edges[i], to), narrowed: 0 }))
  const settled: Box[] = []
  let count = waiting.length
  while (waiting.length > 0) {
    const next: Open[] = []
    for (const box of waiting) {
      if (count >= most || !isOpen(box)) {
        settled.push(box)
        continue
      }
      count += 2
      for (const half of [open(box.from, box.middle), open(box.middle, box.to)]) {
        next.push({ ...half, narrowed: widthOfSlopes(half) <= 0.7 * widthOfSlopes(box) ? box.narrowed + 1 : 0 })
      }
    }
    waiting = next
  }
  const byPosition = (a: { x: number }, b: { x: number }) => a.x - b.x
  return { boxes: settled.sort((a, b) => byPosition(a.from, b.from)), samples: samples.sort(byPosition) }
}

/** Whether the function has a finite value at the sample. */
export function hasValue({ value, flags }: Sample): boolean {
  return (flags & (PARTIAL | NOWHERE)) === 0 && isFinite(value)
}

/** 1 or -1 if the function certainly rises or falls at the sample, else 0. */
export function directionOf(sample: Sample): number {
  if (!hasValue(sample)) return 0
  return sample.slope.lo > 0 ? 1 : sample.slope.hi < 0 ? -1 : 0
}

function isOpen(box: Open): boolean {
  const { from, to, enclosure, narrowed } = box
  const { slope, flags, value } = enclosure
  if (flags & NOWHERE) return false
  const width = to.x - from.x
  if (width <= LEAST_WIDTH) return false
  if (flags & PARTIAL || (flags & ROUGH && !isFinite(value))) return true
  if (flags & ROUGH) return width > KINK_WIDTH || from.branches === to.branches
  if (!(slope.lo < 0 && slope.hi > 0)) return false
  const turns = directionOf(from) * directionOf(to) < 0
  return !(turns && width <= 2 * TURN_WIDTH && narrowed >= 2)
}

function widthOfSlopes({ enclosure: { slope } }: Omit<Open, 'narrowed'>): number {
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
