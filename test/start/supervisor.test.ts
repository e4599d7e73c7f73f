import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { type TestContext, test } from 'node:test'
import { readPostmaster } from '../../src/start/postmaster-file.js'
import { type RunningCommand, runActbench, startActbench } from '../support/actbench.js'
import { openTestDatabase } from '../support/database.js'
import { makeFolder } from '../support/folder.js'
import { isRunning, listChildren } from '../support/process-tree.js'
import { waitUntil } from '../support/wait-until.js'

test('one command runs everything, restarts processes that die, and ends cleanly', async (t) => {
  const data = join(makeFolder(), 'data')
  const environment = { PORT: '0', ACTBENCH_DATA: data }
  const first = await start(t, environment)

  await t.test('it prints its address and a key, and the query that it prints can be pasted', async () => {
    const { stdout } = first.command.said
    assert.match(stdout, /^actbench: first start: creating the database in \S+\nactbench: /)
    for (const step of ['applying \\d+ migrations', 'preparing mini-cnn', 'starting the server and 1 worker']) {
      assert.match(stdout, new RegExp(`^actbench: ${step}`, 'm'))
    }
    assert.match(stdout, /imported act-bench-space: 3217 functions/)
    assert.match(stdout, /Editor +http:\/\/127\.0\.0\.1:\d+\/graphql in a browser/)
    const viewer = await ask(first.address, '{ viewer { name scopes } }', keyIn(stdout))
    assert.deepEqual(viewer, { viewer: { name: 'admin', scopes: ['ADMIN'] } })
    const pasted = /curl -s [\s\S]*?'\{.*\}'/.exec(stdout)?.[0] ?? ''
    const answer = JSON.parse(execFileSync('bash', ['-c', pasted], { encoding: 'utf8' }))
    assert.ok(Array.isArray(answer.data.dataset.leaderboard.nodes))
    assert.equal((await fetch(`${first.address}/readyz`)).status, 200)
  })

  await t.test('a second start on the same data is refused with one line', async () => {
    const second = await runActbench(['start'], environment)
    assert.deepEqual([second.status, second.stdout], [1, ''])
    assert.match(second.stderr, /^actbench: the data folder \S+ is in use by another actbench \(process \d+\)\n$/)
  })

  await t.test('other commands use its database', async () => {
    const made = await runActbench(['keys', 'create', 'beside', '--scopes', 'TRAIN'], environment)
    const viewer = await ask(first.address, '{ viewer { name } }', made.stdout.trim())
    assert.deepEqual(viewer, { viewer: { name: 'beside' } })
  })

  await t.test('a killed worker, server and PostgreSQL are each started again', async () => {
    for (const name of ['worker', 'server']) {
      const pid = findChild(first.command, name)
      process.kill(pid, 'SIGKILL')
      await waitUntil(() => findChild(first.command, name) > 0 && findChild(first.command, name) !== pid)
    }
    await waitUntil(() => answers(first.address))
    process.kill(readPostmaster(join(data, 'postgres'))?.pid ?? 0, 'SIGKILL')
    await waitUntil(() => first.command.said.stdout.includes('PostgreSQL runs again'))
    await waitUntil(() => answers(first.address))
    assert.match(first.command.said.stdout, /worker 1 ended \(SIGKILL\); starting it again in 0\.2 s/)
  })

  await t.test('SIGTERM ends it with status 0, and nothing is left running', async () => {
    const children = [findChild(first.command, 'worker'), findChild(first.command, 'server')]
    const postmaster = readPostmaster(join(data, 'postgres'))
    first.command.child.kill('SIGTERM')
    assert.equal((await first.command.ended).status, 0)
    for (const pid of [...children, postmaster?.pid ?? 0]) assert.ok(!isRunning(pid), `${pid} still runs`)
    assert.ok(!existsSync(join(data, 'lock')))
  })

  await t.test('the next start keeps the data, imports nothing and shows no key', async (t) => {
    const second = await start(t, environment)
    assert.doesNotMatch(second.command.said.stdout, /imported|abk_/)
    const viewer = await ask(second.address, '{ viewer { name } }', keyIn(first.command.said.stdout))
    assert.deepEqual(viewer, { viewer: { name: 'admin' } })

    const children = [findChild(second.command, 'worker'), findChild(second.command, 'server')]
    const postmaster = readPostmaster(join(data, 'postgres'))
    second.command.child.kill('SIGKILL')
    for (const pid of [...children, postmaster?.pid ?? 0]) await waitUntil(() => !isRunning(pid))
    const third = await start(t, environment)
    assert.ok(await answers(third.address))
    third.command.child.kill('SIGTERM')
    await third.command.ended
  })

  await t.test('whoever reads how to stop it may do so at once', async () => {
    const command = startActbench(['start'], environment)
    command.child.stdout?.on('data', () => {
      if (command.said.stdout.includes('Ctrl-C stops it.')) command.child.kill('SIGTERM')
    })
    const { status, stdout } = await command.ended
    assert.equal(status, 0)
    assert.match(stdout, /actbench: stopping; Ctrl-C again forces it\n$/)
  })
})

test('with DATABASE_URL no PostgreSQL is started, no folder is created, and the key of the environment works', async (t) => {
  const database = await openTestDatabase(t)
  const data = join(makeFolder(), 'data')
  const key = 'a-key-that-came-from-outside'
  const environment = { PORT: '0', ACTBENCH_DATA: data, ACTBENCH_WORKERS: '0', ACTBENCH_ADMIN_KEY: key }
  const { address, command } = await start(t, { ...environment, DATABASE_URL: database.url })
  assert.deepEqual(await ask(address, '{ viewer { scopes } }', key), { viewer: { scopes: ['ADMIN'] } })
  assert.ok(!command.said.stdout.includes(key))
  assert.equal(findChild(command, 'worker'), 0)
  assert.ok(!existsSync(data))
})

test('a failed start prints the reason in one line, exits with status 1, and leaves nothing behind', async (t) => {
  const taken = createServer()
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
  t.after(() => taken.close())
  const { port } = taken.address() as { port: number }
  const file = join(makeFolder(), 'file')
  writeFileSync(file, '')
  const data = join(makeFolder(), 'data')
  const cases = [
    [{ PORT: String(port) }, `actbench: the port ${port} of 127.0.0.1 is in use; set PORT to another one\n`],
    [
      { PORT: '0', ACTBENCH_DATA: join(file, 'x') },
      /^actbench: the data folder \S+ cannot be written to \(ENOTDIR\)\n$/,
    ],
    [{ PORT: 'http' }, "actbench: PORT: expected a whole number from 0 to 65535, got 'http'\n"],
    [{ ACTBENCH_WOKRERS: '2' }, /^actbench: ACTBENCH_WOKRERS: no such setting; [^\n]*\n$/],
    [
      { PORT: '0', DATABASE_URL: 'postgresql://a:hush@127.0.0.1:1/b' },
      /^actbench: the database at 127\.0\.0\.1:1\/b does not answer: [^\n]*\n$/,
    ],
  ] as const
  for (const [environment, message] of cases) {
    const { status, stdout, stderr } = await runActbench(['start'], { ACTBENCH_DATA: data, ...environment })
    assert.deepEqual([status, stdout], [1, ''], stderr)
    if (typeof message === 'string') assert.equal(stderr, message)
    else assert.match(stderr, message)
  }
  assert.ok(!existsSync(data))
})

test('a server without a database says that it is missing', async () => {
  for (const command of ['server', 'worker']) {
    const { status, stderr } = await runActbench([command], { ACTBENCH_DATA: makeFolder(), PORT: '0' })
    assert.equal(status, 1)
    assert.match(stderr, /^actbench: no service runs on \S+: start one with `npm start`, or [^\n]*\n$/)
  }
})

async function start(t: TestContext, environment: Record<string, string>) {
  const command = startActbench(['start'], environment)
  t.after(() => command.child.kill('SIGTERM') && command.ended)
  const address = await waitUntil(() => {
    assert.equal(command.child.exitCode, null, command.said.stderr)
    return /API +(http:\S+)\/graphql/.exec(command.said.stdout)?.[1]
  })
  return { command, address }
}

function keyIn(text: string): string {
  return /abk_\S+/.exec(text)?.[0] ?? ''
}

async function ask(address: string, query: string, key?: string): Promise<unknown> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown }
  assert.equal(errors, undefined)
  return data
}

async function answers(address: string): Promise<boolean> {
  const response = await fetch(`${address}/readyz`).catch(() => null)
  return response?.status === 200
}

/** The process id of the child that runs this command; 0 if missing. */
function findChild({ child }: RunningCommand, name: string): number {
  return listChildren(child.pid ?? 0).find((pid) => readCommand(pid).at(2) === name) ?? 0
}

function readCommand(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}
