import process from 'node:process'
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import type { Database } from '../db/connection/client.js'
import type { ApiKey } from '../db/generated/client.js'
import { Scope } from '../db/generated/enums.js'
import { OPERATOR } from './operator.js'
import { wholeNumber } from './options.js'
import { addJsonOption, type OutputOptions, printResult } from './print-result.js'

/** Adds `actbench keys create|list|revoke`. */
export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('make, list and revoke keys')
  const create = keys
    .command('create <name>')
    .description('make a key and print its secret, which is shown only once')
    .addOption(
      new Option('--scopes <scopes>', `of ${Object.keys(Scope).join(', ')}`)
        .argParser(readScopes)
        .makeOptionMandatory(),
    )
    .addOption(new Option('--expires <time>', 'such as 2030-01-31').argParser(readTime))
  addJsonOption(create).action((name: string, options: OutputOptions & { scopes: Scope[]; expires?: Date }) =>
    withKeys(async ({ createApiKey }, database) => {
      const { scopes, expires: expiresAt } = options
      const { apiKey, secret } = await createApiKey(database, OPERATOR, { name, scopes, expiresAt })
      if (!options.json) process.stderr.write(`key ${apiKey.id}, shown this once:\n`)
      printResult({ ...describeKey(apiKey), secret }, `${secret}\n`, options)
    }),
  )
  addJsonOption(keys.command('list').description('list all keys, without their secrets')).action(
    (options: OutputOptions) =>
      withKeys(async ({ listApiKeys }, database) => {
        const found = await listApiKeys(database)
        printResult(found.map(describeKey), found.map((apiKey) => `${formatKey(apiKey)}\n`).join(''), options)
      }),
  )
  const revoke = keys
    .command('revoke')
    .addArgument(new Argument('<id>', 'its number in the list').argParser(wholeNumber(1, 2 ** 31 - 1)))
    .description('end a key at once')
  addJsonOption(revoke).action((id: number, options: OutputOptions) =>
    withKeys(async ({ revokeApiKey }, database) => {
      const apiKey = await revokeApiKey(database, OPERATOR, id)
      printResult(describeKey(apiKey), `${formatKey(apiKey)}\n`, options)
    }),
  )
}

/** Loads the services only when a command runs: the database client takes too long to load for `--help`. */
async function withKeys(
  work: (services: typeof import('../services/access/api-keys.js'), database: Database) => Promise<void>,
): Promise<void> {
  const { withDatabase } = await import('./with-database.js')
  const services = await import('../services/access/api-keys.js')
  await withDatabase((database) => work(services, database))
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

/** A key without the hash of its secret. */
function describeKey({ secretHash: _, ...apiKey }: ApiKey): Omit<ApiKey, 'secretHash'> {
  return apiKey
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
