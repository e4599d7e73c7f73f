import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { buildApp } from './app.js'
import type { Config } from './config.js'
import { openDatabase } from './db/client.js'
import { openEvents } from './db/events.js'
import { PROJECT_ROOT } from './root.js'

export interface RunningServer {
  /** Where it listens, such as http://127.0.0.1:4000. */
  readonly address: string
  /** Ends it: what was asked before is answered, subscriptions end. */
  close(): Promise<void>
}

export type ServerConfig = Pick<Config, 'port' | 'host' | 'logLevel'> & { readonly databaseUrl: string }

/** Connections to the database for requests; one more listens for changes. */
const MAX_CONNECTIONS = 20

/** Starts the HTTP process on a database that is migrated. Throws an error of one line where it cannot listen. */
export async function startServer(config: ServerConfig): Promise<RunningServer> {
  const log = pino({ level: config.logLevel })
  const database = openDatabase(config.databaseUrl, {
    applicationName: 'actbench-server',
    maxConnections: MAX_CONNECTIONS,
  })
  const events = await openEvents(config.databaseUrl).catch(async (error: unknown) => {
    await database.close()
    throw error
  })
  const app = await buildApp({ database, events, log, version: readVersion() })
  const close = async () => {
    await events.close()
    await app.close()
    await database.close()
  }
  try {
    return { address: await app.http.listen({ host: config.host, port: config.port }), close }
  } catch (error) {
    await close()
    throw (error as { code?: string }).code === 'EADDRINUSE'
      ? new Error(`port ${config.port} of ${config.host} is in use`)
      : error
  }
}

function readVersion(): string {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')).version
}
