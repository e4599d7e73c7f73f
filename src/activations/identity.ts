import { createHash } from 'node:crypto'
import { evaluateExpression } from './evaluate-expression.js'
import type { Expression } from './expression.js'
import { REFERENCE_SAMPLES } from './reference-samples.js'
import { encodeRounded } from './round-outputs.js'

const SAMPLES = Float64Array.from(REFERENCE_SAMPLES)

/** The function of an expression, independent of its spelling. */
export interface Identity {
  /** SHA-256 of the rounded outputs, 64 hexadecimal digits (docs/decisions/0001-identity.md). */
  readonly id: string
  /** The outputs at `REFERENCE_SAMPLES` as float32, without the rounding of the identity. */
  readonly outputs: Float32Array
  /** Whether all outputs are finite as float32. */
  readonly isFinite: boolean
  /** Whether the function is finite and all its rounded outputs are equal. */
  readonly isConstant: boolean
  /** The first sample whose output is not finite as float32, with that output; null if all outputs are finite. */
  readonly nonFinite: { readonly x: number; readonly value: number } | null
}

/**
 * The identity of an expression. Expressions that agree at the reference samples to 8 decimals and 10 digits have equal
 * identities. `known` may contain float64 outputs of subexpressions at the samples, which many expressions of a space
 * share.
 */
export function computeIdentity(expression: Expression, known?: ReadonlyMap<Expression, Float64Array>): Identity {
  return identifyOutputs(evaluateExpression(expression, SAMPLES, known))
}

/** The identity of a function with these float64 outputs at the reference samples. */
export function identifyOutputs(outputs64: Float64Array): Identity {
  const { bytes, isUniform } = encodeRounded(outputs64)
  const outputs = new Float32Array(outputs64)
  const broken = findNonFinite(outputs)
  return {
    id: createHash('sha256').update(bytes).digest('hex'),
    outputs,
    isFinite: broken === -1,
    isConstant: broken === -1 && isUniform,
    nonFinite: broken === -1 ? null : { x: REFERENCE_SAMPLES[broken], value: outputs[broken] },
  }
}

function findNonFinite(outputs: Float32Array): number {
  for (let i = 0; i < outputs.length; i++) if (!Number.isFinite(outputs[i])) return i
  return -1
}
