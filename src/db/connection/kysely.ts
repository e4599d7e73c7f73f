import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { Tables } from '../tables/generated.js'

/**
 * Opens Kysely over a pool. The pool stays the caller's: `destroy` releases Kysely and leaves the pool open, because
 * Prisma and LISTEN draw from the same pool.
 */
export function openKysely(pool: Pick<pg.Pool, 'connect'>): Kysely<Tables> {
  const sharedPool = { connect: () => pool.connect(), end: async () => {} }
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: sharedPool }) })
}

/** What statements need, for code outside of db/, where Kysely itself is not imported. */
export type KyselyDb = Kysely<Tables>

/** Opens Kysely over one connection, for statements and transactions of a caller that owns it. */
export function openKyselyOn(connection: Pick<pg.ClientBase, 'query'>): Kysely<Tables> {
  const query = connection.query.bind(connection)
  return openKysely({ connect: async () => ({ query, release() {} }) as unknown as pg.PoolClient })
}
