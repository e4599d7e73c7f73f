import { existsSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Config } from '../config.js'
import { findMigrationGap } from '../db/connection/migrate.js'
import { countOtherConnections } from '../db/operation/other-connections.js'
import { findEmbeddedPostgres, openEmbeddedPostgres } from './embedded-postgres.js'
import { lockFolder } from './folder-lock.js'

/** An address of the database that is valid while a command runs. */
export interface DatabaseAddress {
  readonly url: string
  close(): Promise<void>
}

export interface OpenAddressOptions {
  /** Whether an embedded database is created if the folder has none. @defaultValue false */
  readonly creates?: boolean
  /** Called if the database of the folder must wait for other commands before it stops. */
  onWait?(commands: number): void
}

/**
 * Returns the address of this installation's database: DATABASE_URL, or the embedded database of a running `start`. If
 * the folder has an embedded database that is stopped, it runs for the command. Throws an error of one line if there is
 * no database. Nothing is created unless `creates` is true.
 */
export async function openDatabaseAddress(config: Config, options: OpenAddressOptions = {}): Promise<DatabaseAddress> {
  const running = findDatabaseAddress(config)
  if (running) return { url: running, close: async () => {} }
  if (!options.creates) requireInstallation(config.dataFolder)
  const unlock = lockFolder(config.dataFolder)
  try {
    const postgres = await openEmbeddedPostgres(config.dataFolder)
    return {
      url: postgres.url,
      async close() {
        await waitForOthers(postgres.url, options.onWait)
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

/** The error of a command in a folder without a service. */
export function noService(folder: string): Error {
  return new Error(
    `no service runs on ${folder}: start one with \`npm start\`, or set ACTBENCH_DATA or DATABASE_URL to those of the service`,
  )
}

/** Throws an error of one line, without the password, if the database does not answer. */
export async function checkDatabase(url: string): Promise<void> {
  await askDatabase(url, async () => {})
}

/**
 * Also throws if the database lacks a migration of this version, because later statements would fail, or if `migrate` did
 * not finish, because the functions that are left would be stored twice. A server or worker may run on a database that a
 * newer version has migrated, as in a rolling upgrade; `refusesNewer` is for all others.
 */
export async function checkMigrated(url: string, { refusesNewer = false } = {}): Promise<void> {
  const { isEmpty, missing, unknown, hasOldIdentities } = await askDatabase(url, findMigrationGap)
  const database = `the database ${nameDatabase(url)}`
  if (isEmpty) throw new Error(`${database} has no tables of actbench: run \`actbench migrate\` first`)
  if (refusesNewer && unknown !== null) {
    throw new Error(
      `${database} belongs to a newer version, which added the migration ${unknown}: install that version`,
    )
  }
  if (missing !== null) {
    throw new Error(`${database} lacks the migration ${missing}: run \`actbench migrate\` of this version first`)
  }
  if (hasOldIdentities) {
    throw new Error(`${database} has functions with ids of an earlier version: run \`actbench migrate\` first`)
  }
}

/** Throws an error of one line if the database has no tables of actbench, of whatever version. */
export async function requireTables(url: string): Promise<void> {
  const { isEmpty } = await askDatabase(url, findMigrationGap)
  if (isEmpty)
    throw new Error(`the database ${nameDatabase(url)} has no tables of actbench: run \`actbench migrate\` first`)
}

/** Host, port and name, without user and password. */
export function nameDatabase(url: string): string {
  const { host, pathname } = new URL(url)
  return `at ${host}${pathname}`
}

function requireInstallation(folder: string): void {
  if (existsSync(join(folder, 'postgres', 'PG_VERSION'))) return
  // While a first start creates the database, the error names the process that holds the lock.
  if (existsSync(join(folder, 'lock'))) lockFolder(folder)()
  throw noService(folder)
}

/** Another command may have found the database that this command started. It would fail if the database stopped now. */
async function waitForOthers(url: string, onWait?: (commands: number) => void): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    const others = await askDatabase(url, countOtherConnections).catch(() => 0)
    if (others === 0) return
    if (isFirst) onWait?.(others)
    await new Promise((done) => setTimeout(done, 200))
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
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(
      `the database ${nameDatabase(url)} ${FAILURES[code ?? ''] ?? 'does not answer'}: ${message || code}`,
    )
  }
}

/** By PostgreSQL's codes: the server answers, but not for this database or role. */
const FAILURES: Readonly<Record<string, string>> = {
  '28000': 'refuses the login of DATABASE_URL',
  '28P01': 'refuses the login of DATABASE_URL',
  '3D000': 'does not exist',
  '42501': 'gives this role too few rights',
}
