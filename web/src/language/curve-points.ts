import { differentiate, evaluate, parse } from '@actbench/expression'

/** Values at equal distances from `from` to `to`; NaN where the function has none. */
export interface CurvePoints {
  readonly from: number
  readonly to: number
  readonly values: Float64Array
}

const MAX_KEPT_CURVES = 2000
const kept = new Map<string, CurvePoints>()

/** The curve of an expression, computed here: a page with hundreds of small curves asks the service for none of them. */
export function samplePoints(expression: string, from: number, to: number, count: number): CurvePoints {
  const key = `${from} ${to} ${count} ${expression}`
  const known = kept.get(key)
  if (known) return known
  const points = { from, to, values: evaluate(parse(expression), spread(from, to, count)) }
  if (kept.size > MAX_KEPT_CURVES) kept.clear()
  kept.set(key, points)
  return points
}

/** The derivative of an expression. */
export function sampleDerivative(expression: string, from: number, to: number, count: number): CurvePoints {
  return { from, to, values: differentiate(parse(expression), spread(from, to, count)) }
}

/** The lowest and highest value to draw: all of a curve, but not what runs far out of the window. */
export function chooseRange(curves: readonly CurvePoints[], limit: number): readonly [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { values } of curves) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  if (low > high) return [-1, 1]
  low = Math.max(low, -limit)
  high = Math.min(high, limit)
  // A constant, or a curve that is nowhere in the window.
  if (high - low < 0.2) return [Math.min(low, high) - 0.5, Math.max(low, high) + 0.5]
  return [low, high]
}

/** Whether a line from one value to the next would be wrong. */
type IsBreak = (before: number, value: number, range: number) => boolean
const isJump: IsBreak = (before, value, range) => Math.abs(value - before) > 0.45 * range

/** The path of a curve in a box of a width and a height. It is interrupted at breaks and at missing values. */
export function drawPath(
  { values }: CurvePoints,
  [low, high]: readonly [number, number],
  box: { readonly width: number; readonly height: number },
  isBreak: IsBreak = isJump,
): string {
  const range = high - low
  let path = ''
  let before = Number.NaN
  values.forEach((value, index) => {
    if (Number.isFinite(value)) {
      // Coordinates far outside are drawn badly, and nobody sees them.
      const shown = Math.max(low - 2 * range, Math.min(high + 2 * range, value))
      const x = (index / (values.length - 1)) * box.width
      const y = box.height - ((shown - low) / range) * box.height
      path += `${Number.isNaN(before) || isBreak(before, shown, range) ? 'M' : 'L'}${round(x)} ${round(y)}`
      before = shown
    } else {
      before = Number.NaN
    }
  })
  return path
}

function spread(from: number, to: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1))
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
