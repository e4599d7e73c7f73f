import type pg from 'pg'
import { depthOf, formatExpression, operatorsOf } from '../../activations/expression.js'
import { computeIdentity } from '../../activations/identity.js'
import { parseExpression } from '../../activations/parse-expression.js'
import { findSpellings, insertActivations, type NewActivation } from '../../db/activations/insert-activations.js'

/**
 * The activations of many expressions, stored now where they are not, in the caller's transaction. The map has each
 * expression as it was given. Throws INVALID_EXPRESSION.
 */
export async function storeExpressions(
  client: pg.ClientBase,
  expressions: Iterable<string>,
): Promise<Map<string, number>> {
  const canonical = new Map([...new Set(expressions)].map((text) => [text, formatExpression(parseExpression(text))]))
  const texts = [...new Set(canonical.values())]
  const known = await findSpellings(client, texts)
  const missing = texts.filter((text) => !known.has(text))
  await insertActivations(client, missing.map(describe))
  const added = missing.length > 0 ? await findSpellings(client, missing) : new Map<string, number>()
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
