import { join } from 'node:path'
import { parseExpression } from '../../activations/parse-expression.js'
import { type ActivationProperties, computeProperties } from '../../activations/properties/compute-properties.js'
import { readShippedProperties, type ShippedProperties } from '../../datasets/shipped/shipped-properties.js'
import { PROJECT_ROOT } from '../../root.js'

let shipped: ShippedProperties | undefined

/**
 * The properties of an expression in canonical form. Those of the shipped functions are read from a file, because computing
 * them takes about a millisecond each, which is a fifth of a first start.
 */
export function decideProperties(expression: string): ActivationProperties {
  shipped ??= readShippedProperties(join(PROJECT_ROOT, 'seed'))
  return shipped.get(expression) ?? computeProperties(parseExpression(expression))
}
