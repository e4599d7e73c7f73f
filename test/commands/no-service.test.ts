import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { applyMigrations, readMigrations } from '../../src/db/connection/migrate.js'
import { runActbench } from '../support/actbench.js'
import { getTestServer, openEmptyDatabase, openTestDatabase } from '../support/database.js'
import { makeFolder } from '../support/folder.js'

const FILE = '{"relu(x)": {"Validation Accuracy": 0.9}}'

/** Every command that needs the database, except `start` and `migrate`. */
function listCommands(file: string): string[][] {
  return [
    ['keys', 'create', 'laptop', '--scopes', 'SEARCH'],
    ['keys', 'list', '--json'],
    ['keys', 'revoke', '1'],
    ['dataset', 'list', '--json'],
    ['dataset', 'show', 'mini-cnn'],
    ['dataset', 'delete', 'mine', '--yes'],
    ['dataset', 'close-exports', 'mini-cnn'],
    ['dataset', 'open-exports', 'mini-cnn'],
    ['import', file, '--dataset', 'mine'],
    ['import', 'http://127.0.0.1:1/mine.json', '--dataset', 'mine'],
    ['export', 'mini-cnn'],
    ['train', 'mini-cnn', '--sample', '1'],
    ['train', 'mini-cnn', '--cancel'],
    ['spectra', 'mini-cnn', '--sample', '1'],
    ['search', 'simulate', 'mini-cnn', '--source', 'database'],
    ['space', 'add', 'unary(x)'],
    ['space', 'list', '--json'],
    ['seed', 'load', 'mini-cnn', file],
    ['seed', 'write', 'mini-cnn', '--folder', 'seed'],
    ['server'],
    ['worker'],
    ['worker', '--check'],
  ]
}

test('a command in a folder without a service says so and creates nothing', async () => {
  const folder = makeFolder()
  const file = join(folder, 'file.json')
  writeFileSync(file, FILE)
  const data = join(folder, 'data')
  for (const command of listCommands(file)) {
    const { status, stdout, stderr } = await runActbench(command, { ACTBENCH_DATA: data, PORT: '0' })
    assert.equal(
      stderr,
      `actbench: no service runs on ${data}: start one with \`npm start\`, or set ACTBENCH_DATA or DATABASE_URL to those of the service\n`,
      command.join(' '),
    )
    assert.deepEqual([status, stdout, readdirSync(folder)], [1, '', ['file.json']], command.join(' '))
  }
})

test('a folder with other files is no service', async () => {
  const data = makeFolder()
  writeFileSync(join(data, 'notes.txt'), '')
  const { status, stderr } = await runActbench(['keys', 'list'], { ACTBENCH_DATA: data })
  assert.equal(status, 1)
  assert.match(stderr, /^actbench: no service runs on /)
  assert.deepEqual(readdirSync(data), ['notes.txt'])
})

test('a DATABASE_URL that leads to no database of this version gives one line and changes nothing', async (t) => {
  const server = getTestServer()
  const missing = Object.assign(new URL(server), { pathname: '/no_such_database' }).href
  const login = Object.assign(new URL(server), { username: 'nobody_here', password: 'hush' }).href
  const empty = await openEmptyDatabase(t)
  const old = await openEmptyDatabase(t)
  await applyMigrations(old.url, readMigrations().slice(0, 3))
  const newer = await openTestDatabase(t)
  await newer.pool.query(
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('x', 'x', now(), '99990101000000_later')`,
  )
  const cases = [
    ['postgresql://me:hush@127.0.0.1:1/none', /^actbench: the database at 127\.0\.0\.1:1\/none does not answer: /],
    ['postgresql://me:hush@no-such-host.invalid/none', /^actbench: the database at no-such-host\.invalid\/none /],
    [missing, /^actbench: the database at \S+\/no_such_database does not exist: /],
    [login, /^actbench: the database at \S+ refuses the login of DATABASE_URL: /],
    [empty.url, /^actbench: the database at \S+ has no tables of actbench: run `actbench migrate` first$/m],
    [old.url, /^actbench: the database at \S+ lacks the migration \S+: run `actbench migrate` of this version first$/m],
    [newer.url, /^actbench: the database at \S+ belongs to a newer version, which added the migration 99990101000000_/],
    ['mysql://127.0.0.1/x', /^actbench: DATABASE_URL: expected a URL such as postgresql:/],
  ] as const
  for (const [url, message] of cases) {
    for (const command of [
      ['keys', 'list', '--json'],
      ['dataset', 'list'],
      ['export', 'mini-cnn'],
    ]) {
      const { status, stdout, stderr } = await runActbench(command, { DATABASE_URL: url })
      assert.deepEqual([status, stdout], [1, ''], `${command} ${url}: ${stderr}`)
      assert.match(stderr, message)
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
      assert.doesNotMatch(stderr, /hush/)
    }
  }
  const { rows } = await empty.pool.query(
    "SELECT FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
  )
  assert.equal(rows.length, 0)
})

test('a server runs on a database that a newer version has migrated, as in a rolling upgrade', async (t) => {
  const newer = await openTestDatabase(t)
  await newer.pool.query(
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('x', 'x', now(), '99990101000000_later')`,
  )
  const { status, stderr } = await runActbench(['worker', '--check'], { DATABASE_URL: newer.url })
  assert.equal(status, 1)
  assert.match(stderr, /^actbench: no worker of /)
})
