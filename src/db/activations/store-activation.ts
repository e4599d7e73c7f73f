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
 * Stores a function with its outputs and one spelling, in one statement. Returns false if it is stored already, and
 * waits for a transaction that is storing it.
 */
export async function insertActivation(db: Kysely<Tables>, activation: ActivationToStore): Promise<boolean> {
  const { identity, expression, depth, operators, outputs } = activation
  const { numInsertedOrUpdatedRows } = await db
    .with('new', (db) =>
      db
        .insertInto('activations')
        .values({
          ...{ identity, expression, depth, operators: [...operators] },
          is_finite: activation.isFinite,
          is_constant: activation.isConstant,
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
    .executeTakeFirstOrThrow()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/**
 * Makes this spelling the representative of a stored function if it is shorter, or equally long and first in the
 * alphabet. PostgreSQL checks the condition on the locked row, so the best of several concurrent spellings wins.
 */
export async function shortenRepresentative(
  db: Kysely<Tables>,
  activationId: number,
  { expression, depth, operators }: Pick<ActivationToStore, 'expression' | 'depth' | 'operators'>,
): Promise<void> {
  await db
    .updateTable('activations as a')
    .set({ expression, depth, operators: [...operators] })
    .where('a.id', '=', activationId)
    .where(
      sql<boolean>`(char_length(a.expression), a.expression collate "C")
        > (${expression.length}::int, ${expression}::text collate "C")`,
    )
    .execute()
}
