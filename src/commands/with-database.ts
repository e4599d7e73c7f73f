import process from 'node:process'
import { type Config, readConfig } from '../config.js'
import { type Database, openDatabase } from '../db/connection/client.js'
import { checkDatabase, checkMigrated, openDatabaseAddress } from '../start/database-address.js'

export interface WithDatabaseOptions {
  /**
   * What the command needs. `CURRENT`: a database with all migrations of this version. `REACHABLE`: any database.
   * `CREATED`: the embedded database is created if there is none. @defaultValue 'CURRENT'
   */
  readonly needs?: 'CURRENT' | 'REACHABLE' | 'CREATED'
}

/**
 * Runs a command on the database of this installation. If the embedded database is stopped, it runs as long as the
 * command.
 */
export async function withDatabase<Result>(
  work: (database: Database, config: Config) => Promise<Result>,
  { needs = 'CURRENT' }: WithDatabaseOptions = {},
): Promise<Result> {
  const config = readConfig()
  const onWait = () => process.stderr.write('actbench: waiting for other commands that use this database to end\n')
  const address = await openDatabaseAddress(config, { creates: needs === 'CREATED', onWait })
  try {
    if (needs === 'CURRENT') await checkMigrated(address.url, { refusesNewer: true })
    else await checkDatabase(address.url)
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
