import { type Expression, formatExpression } from '../../activations/expression.js'
import { parseExpression } from '../../activations/parse-expression.js'
import { computeSpaceClasses } from '../../datasets/space-classes.js'
import { findSpellings } from '../../db/activations/insert-activations.js'
import type { Db } from '../../db/connection/client.js'
import { storeActivations } from './store-activations.js'

/**
 * The ids of the activations of many expressions of the operator, in the caller's transaction. Activations and spellings that
 * are missing are stored. The keys of the map are the expressions as given. Throws INVALID_EXPRESSION.
 */
export async function storeExpressions(db: Db, expressions: Iterable<string>): Promise<Map<string, number>> {
  const parsed = new Map<string, Expression>()
  const canonical = new Map<string, string>()
  for (const given of new Set(expressions)) {
    const expression = parseExpression(given)
    const text = formatExpression(expression)
    canonical.set(given, text)
    parsed.set(text, expression)
  }
  const known = await findSpellings(db.$kysely, [...parsed.keys()])
  const missing = [...parsed].flatMap(([text, expression]) => (known.has(text) ? [] : [expression]))
  if (missing.length > 0) {
    await storeActivations(db, computeSpaceClasses(missing))
    for (const [text, id] of await findSpellings(db.$kysely, missing.map(formatExpression))) known.set(text, id)
  }
  return new Map([...canonical].map(([given, text]) => [given, known.get(text) as number]))
}
