import { type Config, readConfig } from '../config.js'
import { type Database, openDatabase } from '../db/connection/client.js'
import { checkDatabase, openDatabaseAddress } from '../start/database-address.js'

/** Runs a command on the database of this installation. If the database does not run, it is started for the command. */
export async function withDatabase<Result>(
  work: (database: Database, config: Config) => Promise<Result>,
): Promise<Result> {
  const config = readConfig()
  const address = await openDatabaseAddress(config)
  try {
    await checkDatabase(address.url)
    const database = openDatabase(address.url, { maxConnections: 4, applicationName: 'actbench-cli' })
    try {
      return await work(database, config)
    } finally {
      await database.close()
    }
  } finally {
    await address.close()
  }
}
