import { LRUCache } from 'lru-cache'
import { depthOf, type Expression, formatExpression, operatorsOf, parametersOf } from '../../activations/expression.js'
import { computeIdentity } from '../../activations/identity.js'
import { parseExpression } from '../../activations/parse-expression.js'

/** All properties of an expression that can be computed without the database. */
export interface ActivationDescription {
  /** SHA-256 of the rounded outputs, 64 hexadecimal digits. All spellings of a function have the same. */
  readonly identityHex: string
  readonly expression: Expression
  readonly canonicalText: string
  readonly depth: number
  /** Names of the operators of the expression, each once. */
  readonly operators: readonly string[]
  readonly isFinite: boolean
  readonly isConstant: boolean
  /** Outputs at the 1,000 reference samples. Callers share the array and must not change it. */
  readonly outputs: Float32Array
  /** The first sample at which the function is not finite; null if missing. */
  readonly nonFinite: { readonly x: number; readonly value: number } | null
}

/** Each description has 4 kB of outputs, so the cache takes about 10 MB. */
const CACHE_SIZE = 2000
const cache = new LRUCache<string, ActivationDescription>({ max: CACHE_SIZE })

/**
 * Describes an expression; throws INVALID_EXPRESSION. The last 2,000 texts are cached, because an identity takes 0.1 ms, and to read a
 * text a fifth of that. A text in another spelling has the description of its canonical form.
 */
export function describeActivation(text: string): ActivationDescription {
  const known = cache.get(text)
  if (known) return known
  const expression = parseExpression(text)
  const canonicalText = formatExpression(expression)
  const description = cache.get(canonicalText) ?? computeDescription(expression, canonicalText)
  cache.set(canonicalText, description)
  cache.set(text, description)
  return description
}

/** The initial values of the parameters of an expression, each parameter once, in the order of the text. */
export function listInitialValues(text: string): number[] {
  // Few functions have parameters, and a page has many functions.
  if (!text.includes('param')) return []
  return parametersOf(parseExpression(text)).map(({ initial }) => initial)
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
