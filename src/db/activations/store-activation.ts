import { type Kysely, sql } from 'kysely'
import { toLittleEndianBytes } from '../statements/float32.js'
import type { Tables } from '../tables/generated.js'

/** A function as one statement stores it. */
export interface ActivationToStore {
  readonly identity: Uint8Array
  readonly expression: string
  readonly depth: number
  readonly operators: readonly string[]
  readonly isFinite: boolean
  readonly isConstant: boolean
  readonly outputs: Float32Array
}

/**
 * Stores a function with its outputs and the spelling of a client, in one statement. A function that is stored stays as it
 * is; if another transaction is storing it, this one waits.
 */
export async function insertClientActivation(db: Kysely<Tables>, activation: ActivationToStore): Promise<void> {
  const { identity, expression, depth, operators, outputs } = activation
  await db
    .with('new', (db) =>
      db
        .insertInto('activations')
        .values({
          ...{ identity, expression, depth, operators: [...operators] },
          is_finite: activation.isFinite,
          is_constant: activation.isConstant,
          is_named_by_client: true,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id'),
    )
    .with('new_outputs', (db) =>
      db
        .insertInto('activation_outputs')
        .columns(['activation_id', 'values'])
        .expression((eb) =>
          eb.selectFrom('new').select(['new.id', sql<Buffer>`${toLittleEndianBytes(outputs)}::bytea`.as('values')]),
        ),
    )
    .insertInto('expressions')
    .columns(['text', 'activation_id', 'length'])
    .expression((eb) =>
      eb
        .selectFrom('new')
        .select([
          sql<string>`${expression}::text`.as('text'),
          'new.id',
          sql<number>`${expression.length}::int`.as('length'),
        ]),
    )
    .execute()
}
