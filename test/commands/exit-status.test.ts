import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import { PROJECT_ROOT } from '../../src/root.js'
import { runActbench, startActbench } from '../support/actbench.js'
import { getTestServer, openTestDatabase } from '../support/database.js'
import { makeFolder } from '../support/folder.js'
import { waitUntil } from '../support/wait-until.js'

const CLI = join(PROJECT_ROOT, 'build/src/cli.js')

test('wrong usage has exit status 2, also of nested commands, with the reason on standard error', async (t) => {
  const { url } = await openTestDatabase(t)
  const cases = [
    [],
    ['nonsense'],
    ['--nonsense'],
    ['help', 'nonsense'],
    ['keys'],
    ['keys', 'nonsense'],
    ['keys', 'create', 'a'],
    ['keys', 'create', '--scopes', 'TRAIN'],
    ['keys', 'create', 'a', '--scopes', 'ROOT'],
    ['keys', 'create', 'a', '--scopes', 'TRAIN', '--expires', '2000-01-01'],
    ['keys', 'list', 'more'],
    ['keys', 'list', '--jsno'],
    ['keys', 'revoke', 'x'],
    ['dataset', 'one', 'two'],
    ['dataset', 'show'],
    ['dataset', 'delete', 'mine'],
    ['export'],
    ['export', 'mini-cnn', '--format', 'xlsx'],
    ['import'],
    ['import', 'file.json'],
    ['search', 'simulate', 'mini-cnn', '--share', '2'],
    ['seed', 'load', 'mini-cnn'],
    ['server', 'more'],
    ['space', 'add', 'unary(y)'],
    ['space', 'add', 'unary(x)', '--threads', '0'],
    ['spectra', 'mini-cnn', '--sample', '-1'],
    ['start', 'more'],
    ['train', 'mini-cnn'],
    ['train', 'mini-cnn', '--all', '--sample', '3'],
    ['worker', '--gpu', 'x'],
    ['worker', '--json'],
  ]
  for (const args of cases) {
    const { status, stdout, stderr } = await runActbench(args, { DATABASE_URL: url, PORT: '0' })
    assert.deepEqual([status, stdout], [2, ''], `${args.join(' ')}: ${stderr}`)
    assert.notEqual(stderr, '')
    assert.doesNotMatch(stderr, /\n {4}at /)
  }
})

test('help and version go to standard output with exit status 0', async () => {
  const commands = ['start', 'server', 'worker', 'migrate', 'keys', 'import', 'export', 'dataset', 'train', 'spectra']
  const cases = [
    ['--help'],
    ['help'],
    ['--version'],
    ['help', 'keys'],
    ['keys', 'create', '--help'],
    ...[...commands, 'seed', 'space', 'search'].map((command) => [command, '--help']),
  ]
  for (const args of cases) {
    const { status, stdout, stderr } = await runActbench(args, {})
    assert.deepEqual([status, stderr], [0, ''], args.join(' '))
    assert.notEqual(stdout, '')
  }
})

/** Runs a line of shell with the command as `$CLI`, and returns its output. */
function runShell(line: string, url: string): { readonly stdout: string; readonly stderr: string } {
  const environment = { PATH: process.env.PATH, DATABASE_URL: url, CLI: `${process.execPath} ${CLI}` }
  return spawnSync('bash', ['-c', line], { encoding: 'utf8', env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
}

test('a reader that ends early ends the command quietly', async (t) => {
  const { url } = await openTestDatabase(t)
  const { stdout, stderr } = runShell('$CLI dataset list --json | true; echo $PIPESTATUS', url)
  assert.deepEqual([stdout, stderr], ['141\n', ''])
})

test('a full disk under standard output is a failure with one line', { skip: !existsSync('/dev/full') }, async (t) => {
  const { url } = await openTestDatabase(t)
  const { stdout, stderr } = runShell('$CLI dataset list --json >/dev/full; echo $?', url)
  assert.equal(stdout, '1\n')
  assert.match(stderr, /^actbench: standard output: [^\n]*ENOSPC[^\n]*\n$/)
})

test('Ctrl-C ends a command that waits with exit status 130', async (t) => {
  const database = await openTestDatabase(t)
  const blocker = await database.pool.connect()
  try {
    await blocker.query('BEGIN; LOCK TABLE api_keys')
    const { child, ended } = startActbench(['keys', 'list'], { DATABASE_URL: database.url })
    await waitUntil(async () => {
      const { rows } = await database.pool.query(
        "SELECT FROM pg_stat_activity WHERE application_name = 'actbench-cli' AND wait_event_type = 'Lock' AND datname = current_database()",
      )
      return rows.length > 0
    })
    child.kill('SIGINT')
    assert.deepEqual(await ended, { status: 130, stdout: '', stderr: '' })
  } finally {
    // The database closes only when all its connections are free.
    blocker.release(true)
  }
})

test('npx actbench has the same exit statuses as the built program', () => {
  const bin = join(PROJECT_ROOT, 'bin/actbench.js')
  const { status, stdout } = spawnSync(process.execPath, [bin, 'keys', 'nonsense'], { encoding: 'utf8' })
  assert.deepEqual([status, stdout], [2, ''])
  assert.match(execFileSync(process.execPath, [bin, '--version'], { encoding: 'utf8' }), /^\d+\.\d+\.\d+\n$/)
})

test('every command that lists or shows prints one JSON value with --json', async (t) => {
  const { url } = await openTestDatabase(t)
  const folder = makeFolder()
  const environment = { DATABASE_URL: url }
  const ask = async (...args: string[]) => {
    const { status, stdout, stderr } = await runActbench(args, environment)
    assert.deepEqual([status, stderr], [0, ''], args.join(' '))
    return JSON.parse(stdout)
  }
  const created = await ask('keys', 'create', 'laptop', '--scopes', 'SEARCH', '--json')
  assert.match(created.secret, /^abk_/)
  const listed = await ask('keys', 'list', '--json')
  assert.deepEqual(
    listed.map(({ id, name, scopes }: Record<string, unknown>) => ({ id, name, scopes })),
    [{ id: 1, name: 'laptop', scopes: ['SEARCH'] }],
  )
  assert.ok(!JSON.stringify(listed).includes('ecret'))
  assert.notEqual((await ask('keys', 'revoke', '1', '--json')).revokedAt, null)
  const file = join(folder, 'mine.json')
  writeFileSync(file, '{"relu(x)": {"Validation Accuracy": 0.9}, "nolu(x)": {"Validation Accuracy": 0.8}}')
  const checked = await ask('import', file, '--dataset', 'mine', '--dry-run', '--json')
  assert.deepEqual([checked.outcome, checked.rows, checked.evaluations], ['CHECKED', 2, 1])
  const imported = await ask('import', file, '--dataset', 'mine', '--json')
  assert.deepEqual([imported.outcome, imported.rows, imported.evaluations], ['IMPORTED', 2, 1])
  const { count, skipped, first } = imported.issues.find(
    (issue: { code: string }) => issue.code === 'UNUSABLE_EXPRESSION',
  )
  assert.deepEqual([count, skipped, first.key], [1, 1, 'nolu(x)'])
  assert.deepEqual(await ask('dataset', 'list', '--json'), [
    {
      ...{ name: 'mine', version: '1', title: 'mine', origin: 'IMPORTED', trainable: false, exportsClosed: false },
      ...{ owner: null, evaluations: 1, runs: 0, surrogate: null },
    },
  ])
  assert.equal((await ask('dataset', 'show', 'mine', '--json')).name, 'mine')
  const deleted = await runActbench(['dataset', 'delete', 'mine', '--yes'], environment)
  assert.deepEqual(deleted, { status: 0, stdout: 'deleted mine\n', stderr: '' })
  assert.deepEqual(await ask('dataset', 'list', '--json'), [])
  assert.deepEqual(await ask('space', 'list', '--json'), [])
  assert.equal((await ask('clean', '--dry-run', '--json')).training_jobs, 0)
  const added = await ask('space', 'add', 'unary(x)', '--threads', '1', '--json')
  assert.deepEqual([added[0].schema, added[0].done], ['unary(x)', added[0].size])
  assert.equal((await ask('space', 'list', '--json'))[0].schema, 'unary(x)')
  assert.equal((await ask('space', 'add', 'unary(x)', '--dry-run', '--json'))[0].schema, 'unary(x)')
  const simulate = ['search', 'simulate', 'mini-cnn', '--seed', '0', '--algorithm', 'RANDOM', '--json']
  const simulated = await runActbench([...simulate, '--output', join(folder, 'out')], environment)
  assert.equal(JSON.parse(simulated.stdout)[0].algorithm, 'RANDOM')
})

test('the exit status of a server that has no database is 1', async () => {
  const url = new URL(getTestServer())
  url.pathname = '/no_such_database'
  const { status } = await runActbench(['server'], { DATABASE_URL: url.href, PORT: '0' })
  assert.equal(status, 1)
})
