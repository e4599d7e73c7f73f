import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApiKey } from '../src/services/api-keys.js'
import { ATTACKS, runAttacks } from './support/attacks.js'
import { openTestDatabase } from './support/database.js'
import { startServerProcess } from './support/server-process.js'
import { createTrainable } from './support/training-fixture.js'

test('attacks over HTTP and web sockets are answered as they should, and the server stands', async (t) => {
  const database = await openTestDatabase(t)
  await createTrainable(database)
  const admin = { apiKeyId: 0, name: 'test', scopes: ['ADMIN' as const] }
  const { secret } = await createApiKey(database, admin, { name: 'k', scopes: ['TRAIN'] })
  const limits = {
    ACTBENCH_LIMIT_HEADER_SECONDS: '2',
    ACTBENCH_LIMIT_BODY_SECONDS: '3',
    ACTBENCH_LIMIT_INIT_SECONDS: '2',
  }
  const server = await startServerProcess(database.url, { ...limits, ACTBENCH_RATE_LIMIT: '0' })
  t.after(() => server.child.kill('SIGKILL'))
  assert.ok(ATTACKS.length > 40)
  assert.deepEqual(await runAttacks({ address: server.address, secret }), [])
  assert.equal(await database.prisma.apiKey.count(), 1)
  assert.equal(server.child.exitCode, null)
  assert.doesNotMatch(server.log(), /not foreseen/)
})
