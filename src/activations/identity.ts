import { createHash } from 'node:crypto'
import { IDENTITY_GRID } from './comparison/identity-grid.js'
import { encodeParameters } from './comparison/parameter-codes.js'
import { encodeRounded } from './comparison/round-outputs.js'
import { evaluateExpression } from './evaluate-expression.js'
import type { Expression } from './expression.js'
import { REFERENCE_SAMPLES } from './reference-samples.js'

/** The reference samples, then the grid. */
const INPUTS = Float64Array.from([...REFERENCE_SAMPLES, ...IDENTITY_GRID])

/** The function of an expression, independent of its spelling. */
export interface Identity {
  /** SHA-256 of the rounded outputs, 64 hexadecimal digits (docs/decisions/0001-identity.md). */
  readonly id: string
  /** The outputs at `REFERENCE_SAMPLES` as float32, without the rounding of the identity. */
  readonly outputs: Float32Array
  /** Whether all outputs at `REFERENCE_SAMPLES` are finite as float32. */
  readonly isFinite: boolean
  /** Whether the function is finite and all its rounded outputs are equal, on the grid too. */
  readonly isConstant: boolean
  /** The first sample whose output is not finite as float32, with that output; null if all outputs are finite. */
  readonly nonFinite: { readonly x: number; readonly value: number } | null
}

/** Raise it when identities change, so that `migrate` computes those of stored functions again. */
export const IDENTITY_VERSION = 2

/**
 * The identity of an expression. Expressions have equal identities if they agree at the reference samples and on the grid, to
 * 8 decimals and 10 digits, and if their parameters start at the same values and change the function in the same way.
 */
export function computeIdentity(expression: Expression): Identity {
  const outputs64 = evaluateExpression(expression, INPUTS)
  const { bytes, isUniform } = encodeRounded(outputs64)
  const hash = createHash('sha256').update(bytes)
  for (const codes of encodeParameters(expression, INPUTS)) hash.update(codes)
  const outputs = new Float32Array(outputs64.subarray(0, REFERENCE_SAMPLES.length))
  const broken = findNonFinite(outputs)
  return {
    id: hash.digest('hex'),
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
