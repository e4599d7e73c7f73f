import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ensureAdminKey } from '../../../src/services/access/admin-key.js'
import { authenticate, createApiKey, revokeApiKey } from '../../../src/services/access/api-keys.js'
import type { Viewer } from '../../../src/services/access/viewer.js'
import { openTestDatabase } from '../../support/database.js'

const OPERATOR: Viewer = { apiKeyId: 0, name: 'operator', scopes: ['ADMIN'] }
const NOTHING = { secret: null, problem: null }

test('the first ADMIN key is created once, even by servers that start at the same time', async (t) => {
  const database = await openTestDatabase(t)
  const created = await Promise.all(Array.from({ length: 5 }, () => ensureAdminKey(database, null)))
  const [secret, ...more] = created.flatMap((each) => each.secret ?? [])
  assert.equal(more.length, 0)
  assert.deepEqual((await authenticate(database, secret ?? ''))?.scopes, ['ADMIN'])
  assert.deepEqual(await ensureAdminKey(database, null), NOTHING)
})

test('a key from the environment is ADMIN, and a new one replaces it', async (t) => {
  const database = await openTestDatabase(t)
  const [old, recent] = ['the-first-secret-of-this-house', 'the-second-secret-of-this-house']
  assert.deepEqual(await ensureAdminKey(database, old), NOTHING)
  assert.deepEqual(await ensureAdminKey(database, old), NOTHING)
  assert.deepEqual((await authenticate(database, old))?.scopes, ['ADMIN'])
  await ensureAdminKey(database, recent)
  assert.equal(await authenticate(database, old), null)
  assert.deepEqual((await authenticate(database, recent))?.scopes, ['ADMIN'])
})

test('a process with a replaced key, which is started again, does not end the newer key', async (t) => {
  const database = await openTestDatabase(t)
  const [old, recent] = ['the-first-secret-of-this-house', 'the-second-secret-of-this-house']
  await ensureAdminKey(database, old)
  await ensureAdminKey(database, recent)
  const { problem } = await ensureAdminKey(database, old)
  assert.match(
    problem ?? '',
    /^ACTBENCH_ADMIN_KEY: this is the secret of key 1, which was revoked at \S+; set a new value$/,
  )
  assert.equal(await authenticate(database, old), null)
  assert.deepEqual((await authenticate(database, recent))?.scopes, ['ADMIN'])
})

test('a secret that belongs to another key gives only the rights of that key, and says so', async (t) => {
  const database = await openTestDatabase(t)
  const { secret } = await createApiKey(database, OPERATOR, { name: 'notebook', scopes: ['TRAIN'] })
  const { problem } = await ensureAdminKey(database, secret)
  assert.match(problem ?? '', /which lacks the scope ADMIN/)
  assert.deepEqual((await authenticate(database, secret))?.scopes, ['TRAIN'])
  const admin = await createApiKey(database, OPERATOR, { name: 'mine', scopes: ['ADMIN'] })
  assert.deepEqual(await ensureAdminKey(database, admin.secret), NOTHING)
  await revokeApiKey(database, OPERATOR, admin.apiKey.id)
  assert.match((await ensureAdminKey(database, admin.secret)).problem ?? '', /revoked/)
})
