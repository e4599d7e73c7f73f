import { computeIdentity } from '../../src/activations/identity.js'
import { KNOWN_FUNCTIONS } from '../../src/activations/known-functions/known-functions.js'
import { parseExpression } from '../../src/activations/parse-expression.js'

const NAMES = new Map(KNOWN_FUNCTIONS.map(({ expression, name }) => [identityOf(expression), name] as const).reverse())

/** The name of a function in the literature. Of several, the first one of the list. */
export function findKnownName(expression: string): string | undefined {
  return NAMES.get(identityOf(expression))
}

function identityOf(expression: string): string {
  return computeIdentity(parseExpression(expression)).id
}
