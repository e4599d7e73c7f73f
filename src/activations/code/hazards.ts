import type { Application, Expression } from '../expression.js'
import { findKinks } from '../find-kinks.js'
import { getOperator } from '../operators.js'

/** What automatic differentiation computes at the probes. Numbers that a float32 cannot hold count as infinities. */
export interface Probe {
  readonly values: Float64Array
  /** The derivative if a slope of 0 times an infinite slope is NaN, as frameworks compute it. */
  readonly slopes: Float64Array
  /** The derivative if that product is 0. */
  readonly careful: Float64Array
  /** 1 if a value or a slope of the expression, or of a part of it, is NaN or infinite. */
  readonly isBad: Uint8Array
}

/** Looks for inputs at which a branch that is not taken would make a gradient NaN. */
export interface Hazards {
  readonly points: readonly number[]
  probe(expression: Expression): Probe
}

const MAX_FLOAT32 = 3.4028234663852886e38
/** Small and large inputs; the largest ones overflow e^x in float32 and in float64. */
const MAGNITUDES = [
  ...[0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10],
  ...[15, 20, 30, 50, 70, 90, 120, 200, 400, 720, 1000],
]
/** Operators whose derivative is 0, whatever that of their operands is. */
const FLAT = new Set([
  ...['zero', 'one', 'sign', 'step'],
  ...['greater', 'greater_equal', 'less', 'less_equal', 'equal', 'not_equal'],
])

export function createHazards(expression: Expression): Hazards {
  const kinks = findKinks(expression).filter((kink) => Number.isFinite(kink) && kink !== 0)
  const points = [0, ...kinks, ...MAGNITUDES.flatMap((magnitude) => [magnitude, -magnitude])]
  const known = new Map<Expression, Probe>()
  const probe = (node: Expression): Probe => {
    const found = known.get(node) ?? compute(node)
    known.set(node, found)
    return found
  }
  const compute = (node: Expression): Probe => {
    if (node.kind === 'INPUT') return leaf(points, 1)
    if (node.kind === 'NUMBER') return leaf(new Array(points.length).fill(node.value), 0)
    if (node.kind === 'PARAMETER') return leaf(new Array(points.length).fill(node.initial), 0)
    return apply(node, node.operands.map(probe), points.length)
  }
  return { points, probe }
}

/** Whether the derivative by x is 0 everywhere because no path leads from x to the value. */
export function isFlat(expression: Expression): boolean {
  if (expression.kind !== 'APPLICATION') return expression.kind !== 'INPUT'
  if (FLAT.has(expression.operator)) return true
  const operands = expression.operator === 'where' ? expression.operands.slice(1) : expression.operands
  return operands.every(isFlat)
}

function leaf(values: readonly number[], slope: number): Probe {
  const slopes = new Float64Array(values.length).fill(slope)
  return {
    values: Float64Array.from(values, limit),
    slopes,
    careful: slopes,
    isBad: Uint8Array.from(values, (value) => +!Number.isFinite(limit(value))),
  }
}

function apply({ operator, operands }: Application, inner: readonly Probe[], count: number): Probe {
  const { value, derivatives } = getOperator(operator)
  const moving = operands.map(
    (operand, k) => !FLAT.has(operator) && !(operator === 'where' && k === 0) && !isFlat(operand),
  )
  const result = {
    values: new Float64Array(count),
    slopes: new Float64Array(count),
    careful: new Float64Array(count),
    isBad: new Uint8Array(count),
  }
  for (let i = 0; i < count; i++) {
    const inputs = inner.map(({ values }) => values[i])
    result.values[i] = limit(value(...inputs))
    if (moving.includes(true)) {
      const partials = derivatives(...inputs)
      inner.forEach(({ slopes, careful }, k) => {
        if (!moving[k]) return
        const partial = limit(partials[k])
        result.slopes[i] += limit(partial * slopes[i])
        if (partial !== 0 && careful[i] !== 0) result.careful[i] += limit(partial * careful[i])
      })
    }
    const isTame = Number.isFinite(result.values[i]) && Number.isFinite(result.slopes[i])
    result.isBad[i] = +(!isTame || inner.some(({ isBad }) => isBad[i] === 1))
  }
  return result
}

function limit(value: number): number {
  return Math.abs(value) > MAX_FLOAT32 ? Math.sign(value) * Number.POSITIVE_INFINITY : value
}
