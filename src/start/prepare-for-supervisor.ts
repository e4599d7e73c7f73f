import process from 'node:process'
import { readConfig } from '../config.js'
import { type Database, openDatabase } from '../db/connection/client.js'
import { ensureDatabase } from '../db/connection/ensure-database.js'
import { ensureAdminKey } from '../services/access/admin-key.js'
import { checkDatabase } from './database-address.js'
import type { PreparationAnswer, PreparationRequest } from './preparation.js'
import { finishDatabase, prepareDatabase } from './prepare-database.js'

/**
 * Answers the requests of the supervisor that started this process (see `Preparation`), until the supervisor closes the
 * channel or ends. `describe` returns the reason of a failure, for the operator.
 */
export async function prepareForSupervisor(describe: (error: unknown) => string): Promise<void> {
  if (!process.connected) throw new Error('prepare: runs only as a part of `actbench start`')
  process.once('disconnect', () => process.exit(0))
  const answer = (message: PreparationAnswer) => void process.send?.(message, () => {})
  const say = (line: string) => answer({ kind: 'said', line })
  const fail = (error: unknown) => answer({ kind: 'failed', reason: describe(error) })
  try {
    const config = readConfig()
    let database: Database | undefined
    const handle = async (request: PreparationRequest): Promise<PreparationAnswer> => {
      if (request.kind === 'adminKey') {
        const { secret } = await ensureAdminKey(database!, config.adminKey)
        return { kind: 'adminKey', secret }
      }
      if (request.kind === 'finish') {
        await finishDatabase(database!, say)
        return { kind: 'finished' }
      }
      const { databaseUrl, isEmbedded } = request
      if (isEmbedded) await createDatabase(databaseUrl)
      await checkDatabase(databaseUrl)
      database = openDatabase(databaseUrl, { maxConnections: 2, applicationName: 'actbench-start' })
      await prepareDatabase(database, config, say)
      return { kind: 'prepared' }
    }
    process.on('message', (request: PreparationRequest) => void handle(request).then(answer, fail))
    answer({ kind: 'config', config })
  } catch (error) {
    fail(error)
  }
}

/** A new embedded PostgreSQL has only the database `postgres`. */
async function createDatabase(databaseUrl: string): Promise<void> {
  const server = new URL(databaseUrl)
  const name = server.pathname.slice(1)
  server.pathname = '/postgres'
  await ensureDatabase(server.href, name)
}
