import type { Database } from '../../../src/db/connection/client.js'

/** Ends the connections that listen to changes of a database, as a lost network would. */
export async function cutListeners(database: Database): Promise<void> {
  await database.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'actbench-events' AND datname = current_database()`)
}
