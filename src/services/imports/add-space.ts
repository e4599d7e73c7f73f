import { countExpressions, type Schema } from '../../activations/search-space.js'
import type { SpaceClass } from '../../datasets/space-classes.js'
import { insertActivations } from '../../db/activations/insert-activations.js'
import { advanceSpace, openSpace } from '../../db/activations/space-additions.js'
import type { Database } from '../../db/connection/client.js'
import { withTransaction } from '../../db/connection/with-transaction.js'

/** A part of a search space with the functions that its expressions compute. */
export interface ComputedPart {
  readonly from: number
  readonly to: number
  readonly classes: readonly SpaceClass[]
}

export interface AddSpaceOptions {
  /** What stands in the placeholders, in the order of the enumeration. */
  readonly operators: readonly string[]
  /** Computes the expressions from number `from` on and before number `to`, part by part in order. */
  compute(from: number, to: number): AsyncIterable<ComputedPart>
  /** Called after each part that is stored, with the number of expressions that are. */
  onProgress?(done: number, added: AddedSpace): void
  /** Ends the work after the part at hand. */
  readonly signal?: AbortSignal
}

/** What one command added. */
export interface AddedSpace {
  readonly expressions: number
  readonly activations: number
}

/**
 * Stores the functions of a schema with outputs and spellings. Each part is one transaction together with the number of
 * expressions that are done, so a process that is killed loses at most the part at hand, the next goes on there, and
 * nothing is stored twice. Throws where another process adds the same schema at the same moment.
 */
export async function addSpace(database: Database, schema: Schema, options: AddSpaceOptions): Promise<AddedSpace> {
  const { operators, compute, onProgress, signal } = options
  const size = countExpressions(schema, operators)
  const done = await openSpace(database.pool, { schema: schema.text, operators, size })
  let added: AddedSpace = { expressions: 0, activations: 0 }
  onProgress?.(done, added)
  for await (const { from, to, classes } of compute(done, size)) {
    const { activations, expressions } = await withTransaction(database.pool, async (client) => {
      await advanceSpace(client, schema.text, from, to)
      return insertActivations(client, classes)
    })
    added = { activations: added.activations + activations, expressions: added.expressions + expressions }
    onProgress?.(to, added)
    if (signal?.aborted) break
  }
  return added
}
