import { createHash } from 'node:crypto'
import { evaluateExpression } from '../evaluate-expression.js'
import type { Expression } from '../expression.js'
import { REFERENCE_SAMPLES } from '../reference-samples.js'
import { encodeRounded } from './round-outputs.js'

const SAMPLES = Float64Array.from(REFERENCE_SAMPLES)

/**
 * The identity of version 1: SHA-256 of the rounded outputs at the reference samples only. It orders the functions from which
 * bulk work draws, so that the commands of shipped data still choose the functions that they chose.
 */
export function computeSampleIdentity(expression: Expression): string {
  return createHash('sha256')
    .update(encodeRounded(evaluateExpression(expression, SAMPLES)).bytes)
    .digest('hex')
}
