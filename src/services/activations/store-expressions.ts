import { depthOf, formatExpression, operatorsOf } from '../../activations/expression.js'
import { computeIdentity } from '../../activations/identity.js'
import { parseExpression } from '../../activations/parse-expression.js'
import { findSpellings, insertActivations, type NewActivation } from '../../db/activations/insert-activations.js'
import type { Db } from '../../db/connection/client.js'

/**
 * The ids of the activations of many expressions, in the caller's transaction. Activations that are missing are stored.
 * The keys of the map are the expressions as given. Throws INVALID_EXPRESSION.
 */
export async function storeExpressions(db: Db, expressions: Iterable<string>): Promise<Map<string, number>> {
  const canonical = new Map([...new Set(expressions)].map((text) => [text, formatExpression(parseExpression(text))]))
  const texts = [...new Set(canonical.values())]
  const known = await findSpellings(db.$kysely, texts)
  const missing = texts.filter((text) => !known.has(text))
  await insertActivations(db.$kysely, missing.map(describe))
  const added = missing.length > 0 ? await findSpellings(db.$kysely, missing) : new Map<string, number>()
  return new Map(
    [...canonical].map(([text, spelling]) => [text, (known.get(spelling) ?? added.get(spelling)) as number]),
  )
}

function describe(text: string): NewActivation {
  const expression = parseExpression(text)
  const { id, ...identity } = computeIdentity(expression)
  return {
    identity: id,
    expressions: [text],
    depth: depthOf(expression),
    operators: operatorsOf(expression),
    isFinite: identity.isFinite,
    isConstant: identity.isConstant,
    outputs: identity.outputs,
  }
}
