import { LRUCache } from 'lru-cache'
import { depthOf, type Expression, formatExpression, operatorsOf } from '../../activations/expression.js'
import { computeIdentity } from '../../activations/identity.js'
import { parseExpression } from '../../activations/parse-expression.js'

/** All that follows from an expression alone; nothing of it is stored. */
export interface ActivationDescription {
  /** SHA-256 of the rounded outputs, 64 hexadecimal digits: equal for every spelling of a function. */
  readonly identityHex: string
  readonly expression: Expression
  readonly canonicalText: string
  readonly depth: number
  /** Names of the operators that occur, each once. */
  readonly operators: readonly string[]
  readonly isFinite: boolean
  readonly isConstant: boolean
  /** On the 1,000 reference samples. Shared between callers: do not write to it. */
  readonly outputs: Float32Array
  /** The first sample where the function is not finite. */
  readonly nonFinite: { readonly x: number; readonly value: number } | null
}

/** Each description holds 4 kB of outputs: some 10 MB in all. */
const CACHE_SIZE = 2000
const cache = new LRUCache<string, ActivationDescription>({ max: CACHE_SIZE })

/** Describes an expression; throws INVALID_EXPRESSION. The last 2,000 are remembered (an identity takes about 0.1 ms). */
export function describeActivation(text: string): ActivationDescription {
  const expression = parseExpression(text)
  const canonicalText = formatExpression(expression)
  const known = cache.get(canonicalText)
  if (known) return known
  const description = computeDescription(expression, canonicalText)
  cache.set(canonicalText, description)
  return description
}

function computeDescription(expression: Expression, canonicalText: string): ActivationDescription {
  const { id, ...identity } = computeIdentity(expression)
  return {
    ...identity,
    identityHex: id,
    expression,
    canonicalText,
    depth: depthOf(expression),
    operators: operatorsOf(expression),
  }
}
