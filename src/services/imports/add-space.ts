import { countExpressions, type Schema } from '../../activations/search-space.js'
import type { SpaceClass } from '../../datasets/space-classes.js'
import { advanceSpace, openSpace } from '../../db/activations/space-additions.js'
import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { storeActivations } from '../activations/store-activations.js'

/** A part of a search space with the functions that its expressions compute. */
export interface ComputedPart {
  readonly from: number
  readonly to: number
  readonly classes: readonly SpaceClass[]
}

export interface AddSpaceOptions {
  /** The operators for the placeholders, in the order of the enumeration. */
  readonly operators: readonly string[]
  /** Computes the expressions from number `from` up to and without number `to`, part by part in order. */
  compute(from: number, to: number): AsyncIterable<ComputedPart>
  /** Called after each stored part, with the number of stored expressions. */
  onProgress?(done: number, added: AddedSpace): void
  /** Ends the work after the current part. */
  readonly signal?: AbortSignal
}

/** Numbers of rows that one command added. */
export interface AddedSpace {
  readonly expressions: number
  readonly activations: number
}

/**
 * Stores the functions of a schema with outputs and spellings. Each part is stored in one transaction, together with the
 * number of expressions that are done. So a process that is killed loses at most the current part, the next process
 * continues there, and nothing is stored twice. Throws if another process is adding the same schema.
 */
export async function addSpace(database: Database, schema: Schema, options: AddSpaceOptions): Promise<AddedSpace> {
  const { operators, compute, onProgress, signal } = options
  const size = countExpressions(schema, operators)
  const done = await openSpace(database.kysely, { schema: schema.text, operators, size })
  let added: AddedSpace = { expressions: 0, activations: 0 }
  onProgress?.(done, added)
  for await (const { from, to, classes } of compute(done, size)) {
    const { activations, expressions } = await inTransaction(
      database,
      async (db) => {
        await advanceSpace(db.$kysely, schema.text, from, to)
        return storeActivations(db, classes)
      },
      { timeoutSeconds: 3600 },
    )
    added = { activations: added.activations + activations, expressions: added.expressions + expressions }
    onProgress?.(to, added)
    if (signal?.aborted) break
  }
  return added
}
