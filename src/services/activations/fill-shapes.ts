import { computeShape } from '../../activations/comparison/shape.js'
import { parseExpression } from '../../activations/parse-expression.js'
import { listWithoutShapes, type ShapedActivation, upsertShapes } from '../../db/activations/activation-shapes.js'
import type { Database } from '../../db/connection/client.js'

/** A batch takes about a tenth of a second. */
const BATCH = 500

/**
 * Computes the shapes of stored functions that have none, or one of an older version. Each batch is one statement, so a process
 * that is killed leaves complete batches, and the next one continues. Returns the number of functions.
 */
export async function fillShapes(database: Pick<Database, 'kysely'>): Promise<number> {
  for (let done = 0; ; ) {
    const batch = await listWithoutShapes(database.kysely, BATCH)
    if (batch.length === 0) return done
    await upsertShapes(database.kysely, shapeActivations(batch))
    done += batch.length
  }
}

/** The shapes of stored functions, to be stored. */
export function shapeActivations(
  activations: readonly { readonly id: number; readonly expression: string }[],
): ShapedActivation[] {
  return activations.map(({ id, expression }) => ({ id, shape: computeShape(parseExpression(expression)) }))
}
