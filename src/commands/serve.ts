import type { Command } from 'commander'
import { type Config, readConfig } from '../config.js'
import { serveUntilStopped } from '../start/serve-until-stopped.js'

/** Adds `actbench server`: the API alone, on a database that is there. */
export function addServerCommand(program: Command): void {
  program
    .command('server')
    .description('run the API alone, on the PostgreSQL of DATABASE_URL or of a running `actbench start`')
    .action(async () => {
      const config = await readConfigWithDatabase()
      const { startServer } = await import('../server.js')
      const server = await startServer(config)
      await serveUntilStopped(server, server.address)
    })
}

/** Adds `actbench worker`: a process that trains, on any host that reaches the database. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('run one worker, on the PostgreSQL of DATABASE_URL or of a running `actbench start`')
    .action(async () => {
      const config = await readConfigWithDatabase()
      const { startWorker } = await import('../worker.js')
      await serveUntilStopped(await startWorker(config), 'ready')
    })
}

async function readConfigWithDatabase(): Promise<Config & { readonly databaseUrl: string }> {
  const config = readConfig()
  const { checkDatabase, findDatabaseAddress } = await import('../start/database-address.js')
  const databaseUrl = findDatabaseAddress(config)
  if (!databaseUrl) {
    throw new Error(`no database runs on ${config.dataFolder}: run \`actbench start\` first, or set DATABASE_URL`)
  }
  await checkDatabase(databaseUrl)
  return Object.freeze({ ...config, databaseUrl })
}
