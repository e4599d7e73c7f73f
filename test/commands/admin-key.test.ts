import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticate } from '../../src/services/access/api-keys.js'
import { runActbench } from '../support/actbench.js'
import { openTestDatabase } from '../support/database.js'
import { startServerProcess } from '../support/server-process.js'

test('start, migrate and server make ACTBENCH_ADMIN_KEY valid; other commands change no keys', async (t) => {
  const database = await openTestDatabase(t)
  const [own, other] = ['a-key-of-this-installation-1', 'a-key-of-another-installation']
  const server = await startServerProcess(database.url, { ACTBENCH_ADMIN_KEY: own })
  server.child.kill('SIGTERM')
  assert.deepEqual((await authenticate(database, own))?.scopes, ['ADMIN'])
  const environment = { DATABASE_URL: database.url, ACTBENCH_ADMIN_KEY: other }
  for (const command of [['keys', 'list'], ['dataset', 'list'], ['space', 'list'], ['clean'], ['worker', '--check']]) {
    await runActbench(command, environment)
  }
  assert.equal(await authenticate(database, other), null)
  assert.deepEqual((await authenticate(database, own))?.scopes, ['ADMIN'])
})
