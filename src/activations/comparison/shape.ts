import { createHash } from 'node:crypto'
import { evaluateExpression } from '../evaluate-expression.js'
import { type Expression, parametersOf } from '../expression.js'
import { REFERENCE_SAMPLES } from '../reference-samples.js'
import { IDENTITY_GRID } from './identity-grid.js'
import { encodeRounded } from './round-outputs.js'

const INPUTS = Float64Array.from([...REFERENCE_SAMPLES, ...IDENTITY_GRID])
/** Outputs whose deviation is below this share of their size are constant but for rounding. */
const LEAST_DEVIATION = 1e-12

/** Raise it when shapes change, so that those of stored functions are computed again. */
export const SHAPE_VERSION = 1

/**
 * The shape of a function, 64 hexadecimal digits: f and a f + b, for every a > 0 and b, have the same. Networks that
 * normalise their activations train such scaled twins alike. All constants have one shape.
 *
 * It is the hash of the outputs at the inputs of the identity, minus their mean at the reference samples and divided by
 * their deviation there, to 6 decimals. Null for a function that is not finite, and for one with learnable
 * parameters, because they scale with the function and then learn at another pace.
 */
export function computeShape(expression: Expression): string | null {
  if (parametersOf(expression).length > 0) return null
  const outputs = evaluateExpression(expression, INPUTS)
  const samples = outputs.subarray(0, REFERENCE_SAMPLES.length)
  if (!samples.every(Number.isFinite)) return null
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length
  const variance = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples.length
  const deviation = Math.sqrt(variance)
  const size = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const isFlat = deviation <= LEAST_DEVIATION * size
  const shape = outputs.map((value) => round((value - mean) / (isFlat ? size || 1 : deviation)))
  return createHash('sha256').update(encodeRounded(shape).bytes).digest('hex')
}

/** Rounds to 6 decimals: the last digits of float64 are lost where a large offset is subtracted. */
function round(value: number): number {
  return Math.abs(value) < 1e6 ? Math.round(value * 1e6) / 1e6 : Number(value.toPrecision(9))
}
