import { computeShape } from '../../activations/comparison/shape.js'
import { listTwins } from '../../db/activations/activation-shapes.js'
import type { Database } from '../../db/connection/client.js'
import { describeActivation } from './describe-activation.js'

/** Ids of up to `limit` stored scaled twins of a function, stored or not; those with the shortest expressions first. */
export async function listScaledTwins(database: Database, expression: string, limit: number): Promise<number[]> {
  const { expression: parsed, identityHex } = describeActivation(expression)
  const shape = computeShape(parsed)
  return shape === null ? [] : listTwins(database.kysely, { shape, identityHex }, limit)
}
