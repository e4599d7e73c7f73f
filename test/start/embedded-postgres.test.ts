import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { findEmbeddedPostgres, openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { readPostmaster } from '../../src/start/postmaster-file.js'
import { makeFolder } from '../support/folder.js'
import { waitUntil } from '../support/wait-until.js'

test('data survive a stop and a start, and the folder works under another path', async () => {
  const folder = makeFolder()
  const first = await openEmbeddedPostgres(folder, { isDurable: false })
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await first.close()
  assert.equal(readPostmaster(join(folder, 'postgres')), null)
  const copy = makeFolder()
  cpSync(folder, copy, { recursive: true })
  for (const place of [folder, copy]) {
    const again = await openEmbeddedPostgres(place, { isDurable: false })
    assert.deepEqual(await query(again.url, 'SELECT answer FROM kept'), [{ answer: 42 }])
    await again.close()
  }
})

test('the password is random, required, and readable only by the owner of its file', async (t) => {
  const folder = makeFolder()
  const server = await openEmbeddedPostgres(folder, { isDurable: false })
  t.after(server.close)
  const file = join(folder, 'postgres-password')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.ok(readFileSync(file, 'utf8').length >= 32)
  const wrong = Object.assign(new URL(server.url), { password: 'guess' })
  await assert.rejects(query(wrong.href, 'SELECT 1'), /password authentication failed/)
  assert.equal(findEmbeddedPostgres(folder), server.url)
})

test('an interrupted first start begins again', async () => {
  const folder = makeFolder()
  mkdirSync(join(folder, 'postgres.new'))
  writeFileSync(join(folder, 'postgres.new', 'PG_VERSION'), '18')
  const server = await openEmbeddedPostgres(folder, { isDurable: false })
  assert.deepEqual(await query(server.url, 'SELECT 1 AS one'), [{ one: 1 }])
  await server.close()
  assert.ok(!readdirSync(folder).some((name) => name.endsWith('.new')))
})

test('a wanted port that is taken is replaced by a free one', async (t) => {
  const [a, b] = [makeFolder(), makeFolder()]
  const first = await openEmbeddedPostgres(a, { isDurable: false })
  t.after(first.close)
  const second = await openEmbeddedPostgres(b, { isDurable: false, port: first.port })
  t.after(second.close)
  assert.notEqual(second.port, first.port)
})

test('it shuts down cleanly when the process that started it is killed', async () => {
  const folder = makeFolder()
  const { owner, postmaster } = await startElsewhere(folder)
  owner.kill('SIGKILL')
  await waitUntil(() => !existsSync(join(folder, 'postgres/postmaster.pid')))
  // The file disappears a moment before the process ends.
  await waitUntil(() => !existsSync(`/proc/${postmaster.pid}`))
  assert.equal(findEmbeddedPostgres(folder), null)
})

test('a PostgreSQL that outlived its owner and its guard is shut down at the next start, and nothing committed is lost', async (t) => {
  const folder = makeFolder()
  const { owner, postmaster, url } = await startElsewhere(folder)
  await query(url, 'CREATE TABLE kept AS SELECT 7 AS answer')
  owner.kill('SIGSTOP')
  process.kill(parentOf(postmaster.pid), 'SIGKILL')
  const next = await openEmbeddedPostgres(folder, { isDurable: false })
  t.after(next.close)
  owner.kill('SIGKILL')
  assert.deepEqual(await query(next.url, 'SELECT answer FROM kept'), [{ answer: 7 }])
})

test('a kill -9 of PostgreSQL is noticed, and the next start recovers all committed data', async (t) => {
  const folder = makeFolder()
  const server = await openEmbeddedPostgres(folder)
  await query(server.url, 'CREATE TABLE kept AS SELECT 5 AS answer')
  process.kill(readPostmaster(join(folder, 'postgres'))?.pid ?? 0, 'SIGKILL')
  await server.exited
  const next = await openEmbeddedPostgres(folder)
  t.after(next.close)
  assert.deepEqual(await query(next.url, 'SELECT answer FROM kept'), [{ answer: 5 }])
})

test('a process number in the file that now belongs to another program does not keep it from starting', async () => {
  const folder = makeFolder()
  await (await openEmbeddedPostgres(folder, { isDurable: false })).close()
  const data = join(folder, 'postgres')
  writeFileSync(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n1700000000\n5432\n\n127.0.0.1\n\nready   \n`)
  assert.equal(findEmbeddedPostgres(folder), null)
  const server = await openEmbeddedPostgres(folder, { isDurable: false })
  await server.close()
})

test('a path that is a file is refused with one line', async () => {
  const file = join(makeFolder(), 'file')
  writeFileSync(file, '')
  await assert.rejects(
    openEmbeddedPostgres(join(file, 'data')),
    /^Error: the data folder .* cannot be written to \(ENOTDIR\)$/,
  )
})

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

async function startElsewhere(folder: string) {
  const script = `import { openEmbeddedPostgres } from ${JSON.stringify(new URL('../../src/start/embedded-postgres.js', import.meta.url).href)}
    const server = await openEmbeddedPostgres(${JSON.stringify(folder)})
    console.log(server.url)
    setInterval(() => {}, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((done) => owner.stdout.once('data', (data) => done(String(data).trim())))
  const postmaster = readPostmaster(join(folder, 'postgres'))
  assert.ok(postmaster?.isReady)
  return { owner, postmaster, url }
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}
