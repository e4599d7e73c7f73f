import type pg from 'pg'

/**
 * Runs `work` in one transaction on a connection of its own and returns its result.
 * @deprecated Use `inTransaction`: it retries after deadlocks, and its `db.$kysely` runs typed statements.
 */
export async function withTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    client.release()
    return result
  } catch (error) {
    // The connection may be broken or in the middle of a statement: closing it rolls back.
    client.release(true)
    throw error
  }
}
