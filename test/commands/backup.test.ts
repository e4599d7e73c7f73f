import assert from 'node:assert/strict'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { runActbench, startActbench } from '../support/actbench.js'
import { openEmptyDatabase, openTestDatabase } from '../support/database.js'
import { makeFolder } from '../support/folder.js'
import { waitUntil } from '../support/wait-until.js'

/** Holds a lock from a connection that does not look like one of actbench. Returns what waits for it and how to free it. */
async function holdLock(url: string, table: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`BEGIN; LOCK TABLE ${table}`)
  const isWaited = async () => {
    // Within a transaction, the view would always show the same state.
    await client.query('SELECT pg_stat_clear_snapshot()')
    const { rows } = await client.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    return rows.length > 0
  }
  return { isWaited, release: () => client.end() }
}

test('a database is backed up, described and restored from the command line', async (t) => {
  const folder = makeFolder()
  const [file, data] = [join(folder, 'all.backup'), join(folder, 'mine.json')]
  writeFileSync(data, '{"relu(x)": {"Validation Accuracy": 0.9}}')
  const [source, target] = [await openTestDatabase(t), await openEmptyDatabase(t)]
  const run = (url: string, ...args: string[]) => runActbench(args, { DATABASE_URL: url })
  assert.equal((await run(source.url, 'import', data, '--dataset', 'mine')).status, 0)
  await run(source.url, 'keys', 'create', 'laptop', '--scopes', 'SEARCH')

  const made = await run(source.url, 'backup', file, '--json')
  assert.equal(made.status, 0, made.stderr)
  const { rows, tables, tasks, bytes } = JSON.parse(made.stdout)
  assert.ok(rows > 0 && tables > 15 && tasks === 0 && bytes > 0)
  const checked = await run('postgresql://me:secret@127.0.0.1:1/none', 'restore', file, '--dry-run', '--json')
  assert.deepEqual([checked.status, checked.stderr], [0, ''])
  assert.equal(JSON.parse(checked.stdout).rows.evaluations, 1)

  const restored = await run(target.url, 'restore', file)
  assert.deepEqual([restored.status, restored.stdout.startsWith('restored ')], [0, true], restored.stderr)
  const listed = JSON.parse((await run(target.url, 'dataset', 'list', '--json')).stdout)
  assert.deepEqual([listed.length, listed[0].name, listed[0].evaluations], [1, 'mine', 1])

  const again = await run(target.url, 'restore', file)
  assert.deepEqual([again.status, again.stdout], [1, ''])
  assert.equal(again.stderr, 'actbench: the database has 1 datasets, 1 keys; --replace deletes all of it\n')
  const foreign = await run(target.url, 'restore', data)
  assert.deepEqual([foreign.status, foreign.stderr], [1, `actbench: ${data}: expected a file of \`actbench backup\`\n`])
  const missing = await run(target.url, 'restore', join(folder, 'none'))
  assert.deepEqual(
    [missing.status, missing.stderr],
    [1, `actbench: ${join(folder, 'none')}: cannot be read (ENOENT)\n`],
  )
  const nowhere = await run(source.url, 'backup', join(folder, 'none', 'x'))
  assert.deepEqual([nowhere.status, nowhere.stderr.split('\n').length], [1, 2])
  for (const command of ['backup', 'restore']) assert.equal((await run(source.url, command)).status, 2)
  const client = new pg.Client({ connectionString: target.url, application_name: 'actbench-server' })
  await client.connect()
  const used = await run(target.url, 'restore', file, '--replace')
  await client.end()
  assert.equal(used.status, 1)
  assert.match(
    used.stderr,
    /^actbench: servers, workers or commands use the database \(1 connections\): stop them first/,
  )

  await t.test('a restore that is killed changes nothing', async () => {
    await target.pool.query("UPDATE datasets SET title = 'kept'")
    target.dropConnections()
    const lock = await holdLock(target.url, 'graphile_worker._private_jobs')
    const { child, ended } = startActbench(['restore', file, '--replace'], { DATABASE_URL: target.url })
    await waitUntil(lock.isWaited)
    child.kill('SIGKILL')
    await ended
    await lock.release()
    const { stdout } = await run(target.url, 'dataset', 'show', 'mine')
    assert.equal(JSON.parse(stdout).title, 'kept')
    const replaced = await waitUntil(async () => {
      const next = await run(target.url, 'restore', file, '--replace')
      return next.status === 0 ? next : undefined
    })
    assert.match(replaced.stdout, /^restored /)
    assert.equal(JSON.parse((await run(target.url, 'dataset', 'show', 'mine')).stdout).title, 'mine')
  })
})

test('Ctrl-C ends a backup with exit status 130 and leaves no file', async (t) => {
  const folder = makeFolder()
  const { url } = await openTestDatabase(t)
  const lock = await holdLock(url, 'searches')
  const { child, ended } = startActbench(['backup', join(folder, 'x')], { DATABASE_URL: url })
  await waitUntil(lock.isWaited)
  assert.equal(readdirSync(folder).length, 1)
  child.kill('SIGINT')
  const { status, stdout, stderr } = await ended
  await lock.release()
  assert.deepEqual([status, stdout], [130, ''], stderr)
  assert.match(stderr, /actbench: stopped; nothing was changed\n$/)
  assert.deepEqual(readdirSync(folder), [])
})

test('a folder that takes no files gives one line', { skip: !existsSync('/proc/self') }, async (t) => {
  const { url } = await openTestDatabase(t)
  const { status, stderr } = await runActbench(['backup', '/proc/x'], { DATABASE_URL: url })
  assert.equal(status, 1)
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
})
