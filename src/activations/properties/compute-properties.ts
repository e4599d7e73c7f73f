import type { Expression } from '../expression.js'
import { type Box, type Cover, coverRange, directionOf, hasValue, RANGE } from './cover.js'
import { differentiateAt } from './derivative-at.js'
import { type Enclosed, Encloser } from './encloser.js'
import { NOWHERE, PARTIAL, ROUGH } from './enclosure.js'
import { inspectTail } from './far-out.js'
import { hasFiniteEnds, isInfinity } from './interval.js'
import { samplePairs } from './sample-pairs.js'
import { type Crossing, inspectKinks } from './sides.js'
import { proveSymmetry } from './symmetry.js'

export const PROPERTY_NAMES = ['isEven', 'isOdd', 'isMonotone', 'isBounded', 'isSmooth'] as const
export type PropertyName = (typeof PROPERTY_NAMES)[number]

/** How a function looks. docs/decisions/0016-properties.md defines each property. */
export interface ActivationProperties {
  readonly isEven: boolean
  readonly isOdd: boolean
  readonly isMonotone: boolean
  readonly isBounded: boolean
  readonly isSmooth: boolean
  /** Null if it is not finite. */
  readonly valueAtZero: number | null
  readonly derivativeAtZero: number | null
  /** The limit of the derivative far out; null if it has none. */
  readonly leftSlope: number | null
  readonly rightSlope: number | null
  readonly turningPoints: number
  /** The properties that neither structure nor interval arithmetic proved or refuted. A grid of samples decided them. */
  readonly sampled: readonly PropertyName[]
}

/** An answer, and whether it is proven. */
interface Answer {
  readonly holds: boolean
  readonly isProven: boolean
}

/** Raise it when an answer of `computeProperties` changes, so that stored properties are computed again. */
export const PROPERTIES_VERSION = 2

/** Decides the properties of a function; parameters have their initial values. It takes 0.1 ms to 20 ms. */
export function computeProperties(expression: Expression): ActivationProperties {
  const encloser = new Encloser(expression)
  const cover = coverRange(encloser, expression)
  if (!cover.samples.some(hasValue)) return NOTHING
  const kinks = inspectKinks(encloser, cover)
  const samples = [...cover.samples, ...kinks.flatMap((kink) => kink.samples)].sort((a, b) => a.x - b.x)
  const inside = samples.filter(({ x }) => Math.abs(x) <= RANGE)
  const [left, right] = [inspectTail(encloser, -1), inspectTail(encloser, 1)]
  const tails = [left, right]
  const bound = decideBoundInside(cover, kinks)
  const { isEven, isOdd } = decideSymmetry(encloser, expression, kinks)
  const answers: Record<PropertyName, Answer> = {
    isEven,
    isOdd,
    isMonotone: decideMonotone(cover, inside),
    isBounded: {
      holds: bound.holds && tails.every((tail) => tail.isBounded),
      isProven:
        (bound.isProven && tails.every((tail) => tail.isBoundProven)) ||
        tails.some((tail) => !tail.isBounded && tail.isBoundProven),
    },
    isSmooth: decideSmooth(cover, kinks),
  }
  return {
    isEven: answers.isEven.holds,
    isOdd: answers.isOdd.holds,
    isMonotone: answers.isMonotone.holds,
    isBounded: answers.isBounded.holds,
    isSmooth: answers.isSmooth.holds,
    ...describeZero(expression, kinks),
    leftSlope: left.slope,
    rightSlope: right.slope,
    turningPoints: countTurns(inside),
    sampled: PROPERTY_NAMES.filter((name) => !answers[name].isProven),
  }
}

const NOTHING = {
  isEven: false,
  isOdd: false,
  isMonotone: false,
  isBounded: false,
  isSmooth: false,
  valueAtZero: null,
  derivativeAtZero: null,
  leftSlope: null,
  rightSlope: null,
  turningPoints: 0,
  sampled: [],
} as const

/** At a kink, the derivative is the limit from the left, for every spelling of the function. */
function describeZero(expression: Expression, kinks: readonly Crossing[]) {
  const { value, derivative } = differentiateAt(expression, 0)
  const kink = kinks.find(({ x }) => x === 0)
  const slope = kink === undefined ? finiteOrNull(derivative) : kink.leftSlope
  return { valueAtZero: finiteOrNull(value), derivativeAtZero: Number.isFinite(value) ? slope : null }
}

function decideSymmetry(encloser: Encloser, expression: Expression, kinks: readonly Crossing[]) {
  const proof = encloser.hasLastingPoles ? { isEven: false, isOdd: false } : proveSymmetry(expression)
  const proven = { holds: true, isProven: true }
  if (proof.isEven && proof.isOdd) return { isEven: proven, isOdd: proven }
  const sampled = samplePairs(
    encloser,
    kinks.map(({ x }) => x),
    { even: !proof.isEven, odd: !proof.isOdd },
  )
  const answer = (isProven: boolean, holds: boolean) =>
    isProven ? proven : { holds, isProven: !holds && sampled.isDecided }
  return { isEven: answer(proof.isEven, sampled.isEven), isOdd: answer(proof.isOdd, sampled.isOdd) }
}

/** Two enclosures that do not overlap, or a slope whose sign is certain, refute; slopes of one sign everywhere prove. */
function decideMonotone({ boxes }: Cover, samples: readonly Enclosed[]): Answer {
  let rises = boxes.some(({ enclosure }) => enclosure.slope.lo > 0 && isFullyDefined(enclosure.flags))
  let falls = boxes.some(({ enclosure }) => enclosure.slope.hi < 0 && isFullyDefined(enclosure.flags))
  let least = Number.POSITIVE_INFINITY
  let greatest = Number.NEGATIVE_INFINITY
  for (const sample of samples) {
    if (!hasValue(sample)) continue
    const { lo, hi } = sample.value
    const direction = directionOf(sample)
    rises ||= direction > 0 || least < lo
    falls ||= direction < 0 || greatest > hi
    least = Math.min(least, hi)
    greatest = Math.max(greatest, lo)
  }
  if (rises && falls) return { holds: false, isProven: true }
  const isProven =
    boxes.every(({ enclosure }) => isFullyDefined(enclosure.flags)) &&
    (boxes.every(({ enclosure }) => enclosure.slope.lo >= 0) || boxes.every(({ enclosure }) => enclosure.slope.hi <= 0))
  return { holds: true, isProven }
}

function decideSmooth({ boxes }: Cover, kinks: readonly Crossing[]): Answer {
  if (boxes.some((box) => box.enclosure.flags & NOWHERE || isInfinite(box)) || kinks.some((kink) => !kink.isSmooth)) {
    return { holds: false, isProven: true }
  }
  const isRough = boxes.some(({ enclosure }) => (enclosure.flags & (ROUGH | PARTIAL)) !== 0)
  return { holds: true, isProven: !isRough && kinks.length === 0 }
}

function decideBoundInside({ boxes }: Cover, kinks: readonly Crossing[]): Answer {
  const isOpen = boxes.some(({ enclosure }) => !(enclosure.flags & NOWHERE) && !hasFiniteEnds(enclosure.value))
  // A pole between two boxes is in neither of them.
  const isUnbounded = kinks.some((kink) => kink.isPole) || boxes.some(isInfinite)
  return { holds: !isUnbounded, isProven: !isOpen && !isUnbounded }
}

/** Whether the function is infinite on an interval: on the whole box, or at two numbers of it. */
function isInfinite({ enclosure, from, middle }: Box): boolean {
  return isInfinity(enclosure.value) || (isInfinity(from.value) && isInfinity(middle.value))
}

/** Changes between rising and falling; while the function is level, it keeps the direction that it had before. */
function countTurns(samples: readonly Enclosed[]): number {
  let turns = 0
  let last = 0
  for (const sample of samples) {
    const direction = directionOf(sample)
    if (direction !== 0 && last !== 0 && direction !== last) turns++
    if (direction !== 0) last = direction
  }
  return turns
}

function isFullyDefined(flags: number): boolean {
  return (flags & (PARTIAL | NOWHERE)) === 0
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null
}
