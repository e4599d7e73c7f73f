import { computeIdentity } from '../../activations/identity.js'
import { parseExpression } from '../../activations/parse-expression.js'
import type { RowIssue, SourceRow } from './parse-row.js'

/**
 * The equivalents of a row that compute another function, with an issue for each. `identify` gives equal values for
 * expressions of the same function.
 */
export function findWrongEquivalents(
  { expression, equivalents, equivalentOffsets, key, source }: SourceRow,
  identify: (expression: string) => unknown,
): Map<string, RowIssue> {
  const wrong = new Map<string, RowIssue>()
  if (expression === null || equivalents.length < 2) return wrong
  const own = identify(expression)
  for (const text of equivalents) {
    if (text === expression || identify(text) === own) continue
    wrong.set(text, {
      code: 'WRONG_EQUIVALENT',
      key: key.slice(0, 200),
      byteOffset: equivalentOffsets.get(text) ?? source.byteOffset,
      message: `${text.slice(0, 200)} computes another function than ${expression.slice(0, 200)}`,
      isKept: true,
    })
  }
  return wrong
}

/** The identity of the function of an expression. */
export function identifyText(expression: string): string {
  return computeIdentity(parseExpression(expression)).id
}
