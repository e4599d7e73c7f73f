import { computeIdentity } from '../../src/activations/identity.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { namesOf } from '../../src/services/activations/find-known-functions.js'

/** The usual name of a function in the literature. */
export async function findKnownName(expression: string): Promise<string | undefined> {
  return (await namesOf(computeIdentity(parseExpression(expression)).id))[0]
}
