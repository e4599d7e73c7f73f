import type pg from 'pg'
import type { Queryable } from '../statements/rows.js'

/** A search space that is added to the activations: its schema and what stands in the placeholders. */
export interface SpaceToAdd {
  readonly schema: string
  readonly operators: readonly string[]
  /** Expressions in all. */
  readonly size: number
}

/** How many expressions of the space are stored; 0 where it is new, or was enumerated over other operators before. */
export async function openSpace(db: Queryable, { schema, operators, size }: SpaceToAdd): Promise<number> {
  const { rows } = await db.query(
    `INSERT INTO space_additions AS s (schema, operators, size, done) VALUES ($1, $2, $3, 0)
     ON CONFLICT (schema) DO UPDATE SET operators = excluded.operators, size = excluded.size,
       done = CASE WHEN s.operators = excluded.operators THEN s.done ELSE 0 END
     RETURNING done`,
    [schema, operators, size],
  )
  return Number(rows[0].done)
}

/** Notes in the caller's transaction that the expressions up to `to` are stored; throws where they were not next. */
export async function advanceSpace(client: pg.ClientBase, schema: string, from: number, to: number): Promise<void> {
  const { rowCount } = await client.query(
    'UPDATE space_additions SET done = $3, updated_at = now() WHERE schema = $1 AND done = $2',
    [schema, from, to],
  )
  if (rowCount === 0) throw new Error(`${schema} is being added by another command`)
}
