import pg from 'pg'
import type { Config } from '../config.js'
import { findMissingMigration } from '../db/connection/migrate.js'
import { findEmbeddedPostgres, openEmbeddedPostgres } from './embedded-postgres.js'
import { lockFolder } from './folder-lock.js'

/** An address of the database that is valid while a command runs. */
export interface DatabaseAddress {
  readonly url: string
  close(): Promise<void>
}

/**
 * Returns the address of this installation's database: DATABASE_URL, or the embedded database of a running `start`, or one
 * that is started for the command. Throws an error of one line.
 */
export async function openDatabaseAddress(config: Config): Promise<DatabaseAddress> {
  const running = findDatabaseAddress(config)
  if (running) return { url: running, close: async () => {} }
  const unlock = lockFolder(config.dataFolder)
  try {
    const postgres = await openEmbeddedPostgres(config.dataFolder)
    return {
      url: postgres.url,
      async close() {
        await postgres.close()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

/** The same for commands that start no database: null if no database runs. */
export function findDatabaseAddress(config: Config): string | null {
  return config.databaseUrl ?? findEmbeddedPostgres(config.dataFolder)
}

/** Throws an error of one line, without the password, if the database does not answer. */
export async function checkDatabase(url: string): Promise<void> {
  await askDatabase(url, async () => {})
}

/** Also throws if the database lacks a migration of this version, because later statements would fail. */
export async function checkMigrated(url: string): Promise<void> {
  const missing = await askDatabase(url, findMissingMigration)
  if (missing !== null) {
    throw new Error(`the database lacks the migration ${missing}: run \`actbench migrate\` of this version first`)
  }
}

async function askDatabase<Answer>(url: string, ask: (client: pg.Client) => Promise<Answer>): Promise<Answer> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const answer = await ask(client)
    await client.end()
    return answer
  } catch (error) {
    client.end().catch(() => {})
    const { host, pathname } = new URL(url)
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(`the database at ${host}${pathname} does not answer: ${message || code}`)
  }
}
