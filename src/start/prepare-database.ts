import type { Config } from '../config.js'
import type { Database } from '../db/client.js'
import { applyMigrations } from '../db/migrate.js'
import { ensureAdminKey } from '../services/api-keys.js'

/** Brings the database up to date: migrations, the key of the environment, shipped data. */
export async function prepareDatabase(database: Database, config: Config): Promise<void> {
  await applyMigrations(database.url)
  if (config.adminKey) await ensureAdminKey(database, config.adminKey)
}
