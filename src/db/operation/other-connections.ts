import type pg from 'pg'

/** Number of connections that other processes of actbench have to this database. */
export async function countOtherConnections(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'actbench%'`,
  )
  return rows[0].count
}
