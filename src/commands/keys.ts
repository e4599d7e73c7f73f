import process from 'node:process'
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import type { Database } from '../db/connection/client.js'
import type { ApiKey } from '../db/generated/client.js'
import { Scope } from '../db/generated/enums.js'
import type { Viewer } from '../services/access/viewer.js'
import { wholeNumber } from './options.js'

/** A user who has the password of the database may do everything. */
const OPERATOR: Viewer = { apiKeyId: 0, name: 'operator', scopes: ['ADMIN'] }

/** Adds `actbench keys create|list|revoke`. */
export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('make, list and revoke keys')
  keys
    .command('create <name>')
    .description('make a key and print its secret, which is shown only once')
    .addOption(
      new Option('--scopes <scopes>', `of ${Object.keys(Scope).join(', ')}`)
        .argParser(readScopes)
        .makeOptionMandatory(),
    )
    .addOption(new Option('--expires <time>', 'such as 2030-01-31').argParser(readTime))
    .action((name: string, { scopes, expires }: { scopes: Scope[]; expires?: Date }) =>
      withKeys(async ({ createApiKey }, database) => {
        const { apiKey, secret } = await createApiKey(database, OPERATOR, { name, scopes, expiresAt: expires })
        process.stderr.write(`key ${apiKey.id}, shown this once:\n`)
        process.stdout.write(`${secret}\n`)
      }),
    )
  keys
    .command('list')
    .description('list all keys, without their secrets')
    .action(() =>
      withKeys(async ({ listApiKeys }, database) => {
        for (const apiKey of await listApiKeys(database)) process.stdout.write(`${formatKey(apiKey)}\n`)
      }),
    )
  keys
    .command('revoke')
    .addArgument(new Argument('<id>', 'its number in the list').argParser(wholeNumber(1, 2 ** 31 - 1)))
    .description('end a key at once')
    .action((id: number) =>
      withKeys(async ({ revokeApiKey }, database) => {
        const apiKey = await revokeApiKey(database, OPERATOR, id)
        process.stdout.write(`${formatKey(apiKey)}\n`)
      }),
    )
}

/** Loads the services only when a command runs: the database client takes too long to load for `--help`. */
async function withKeys(
  work: (services: typeof import('../services/access/api-keys.js'), database: Database) => Promise<void>,
): Promise<void> {
  const { withDatabase } = await import('./with-database.js')
  const { applyMigrations } = await import('../db/connection/migrate.js')
  const services = await import('../services/access/api-keys.js')
  await withDatabase(async (database) => {
    await applyMigrations(database.url)
    await work(services, database)
  })
}

function readScopes(text: string): Scope[] {
  const names = text.split(',').map((name) => name.trim().toUpperCase())
  const unknown = names.find((name) => !Object.hasOwn(Scope, name))
  if (unknown !== undefined)
    throw new InvalidArgumentError(`expected some of ${Object.keys(Scope).join(', ')}, got '${unknown}'`)
  return names as Scope[]
}

function readTime(text: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('expected a time such as 2030-01-31')
  return time
}

function formatKey({ id, name, scopes, createdAt, lastUsedAt, expiresAt, revokedAt }: ApiKey): string {
  return [
    String(id).padStart(5),
    name,
    scopes.join(','),
    `made ${createdAt.toISOString()}`,
    lastUsedAt ? `last used ${lastUsedAt.toISOString()}` : 'never used',
    ...(expiresAt ? [`expires ${expiresAt.toISOString()}`] : []),
    ...(revokedAt ? [`revoked ${revokedAt.toISOString()}`] : []),
  ].join('  ')
}
