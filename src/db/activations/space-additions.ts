import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** A search space whose functions are being stored: its schema and the operators for the placeholders. */
export interface SpaceToAdd {
  readonly schema: string
  readonly operators: readonly string[]
  /** Number of expressions of the space. */
  readonly size: number
}

/** Number of expressions of the space that are stored: 0 if the space is new or its operators have changed. */
export async function openSpace(db: Kysely<Tables>, { schema, operators, size }: SpaceToAdd): Promise<number> {
  const { done } = await db
    .insertInto('space_additions')
    .values({ schema, operators: [...operators], size, done: 0 })
    .onConflict((conflict) =>
      conflict.column('schema').doUpdateSet((eb) => ({
        operators: eb.ref('excluded.operators'),
        size: eb.ref('excluded.size'),
        done: sql<string>`case when space_additions.operators = excluded.operators then space_additions.done else 0 end`,
      })),
    )
    .returning('done')
    .executeTakeFirstOrThrow()
  return Number(done)
}

/**
 * Records in the caller's transaction that the expressions up to `to` are stored; throws if `from` is not the next one.
 */
export async function advanceSpace(db: Kysely<Tables>, schema: string, from: number, to: number): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('space_additions as s')
    .set({ done: to, updated_at: sql<Date>`now()` })
    .where('s.schema', '=', schema)
    .where('s.done', '=', String(from))
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Error(`${schema}: another command is adding this space`)
}

/** A search space that was added, or is being added. */
export interface StoredSpace {
  readonly schema: string
  readonly size: number
  /** Number of expressions that are stored. */
  readonly done: number
  readonly updatedAt: Date
}

/** All search spaces that `space add` has begun, by schema. */
export async function listSpaces(db: Kysely<Tables>): Promise<StoredSpace[]> {
  const rows = await db
    .selectFrom('space_additions')
    .select(['schema', 'size', 'done', 'updated_at as updatedAt'])
    .orderBy('schema')
    .execute()
  return rows.map(({ size, done, ...row }) => ({ ...row, size: Number(size), done: Number(done) }))
}
