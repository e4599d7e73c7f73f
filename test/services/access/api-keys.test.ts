import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scope } from '../../../src/db/generated/client.js'
import { ensureAdminKey } from '../../../src/services/access/admin-key.js'
import { authenticate, createApiKey, listApiKeys, revokeApiKey } from '../../../src/services/access/api-keys.js'
import type { Viewer } from '../../../src/services/access/viewer.js'
import { openTestDatabase } from '../../support/database.js'

const ADMIN: Viewer = { apiKeyId: 0, name: 'operator', scopes: ['ADMIN'] }

test('a new key authenticates with its name and scopes, and only its keyed hash is stored', async (t) => {
  const database = await openTestDatabase(t)
  const { apiKey, secret } = await createApiKey(database, ADMIN, { name: ' notebook ', scopes: ['TRAIN', 'TRAIN'] })
  assert.match(secret, /^abk_[\w-]{43}$/)
  assert.deepEqual(await authenticate(database, secret), { apiKeyId: apiKey.id, name: 'notebook', scopes: ['TRAIN'] })
  const { rows } = await database.pool.query('SELECT api_keys::text AS text FROM api_keys')
  assert.ok(!rows.some(({ text }) => text.includes(secret) || text.includes(Buffer.from(secret).toString('hex'))))
  assert.equal(apiKey.secretHash.length, 32)
})

test('the same secret has a different hash in another installation', async (t) => {
  const [a, b] = [await openTestDatabase(t), await openTestDatabase(t)]
  const secret = 'abk_an-admin-key-from-outside'
  await ensureAdminKey(a, secret)
  await ensureAdminKey(b, secret)
  const [first, second] = [(await listApiKeys(a))[0], (await listApiKeys(b))[0]]
  assert.notDeepEqual(first?.secretHash, second?.secretHash)
})

test('unknown, altered, empty and overlong secrets do not authenticate', async (t) => {
  const database = await openTestDatabase(t)
  const { secret } = await createApiKey(database, ADMIN, { name: 'one', scopes: ['ADMIN'] })
  for (const wrong of ['', 'abk_', `${secret}x`, secret.slice(0, -1), secret.toUpperCase(), 'x'.repeat(1_000_000)]) {
    assert.equal(await authenticate(database, wrong), null)
  }
})

test('revoked and expired keys do not authenticate, and revoking twice keeps the first time', async (t) => {
  const database = await openTestDatabase(t)
  const first = await createApiKey(database, ADMIN, { name: 'one', scopes: ['TRAIN'] })
  const revoked = await revokeApiKey(database, ADMIN, first.apiKey.id)
  assert.ok(revoked.revokedAt)
  assert.equal(await authenticate(database, first.secret), null)
  assert.deepEqual((await revokeApiKey(database, ADMIN, first.apiKey.id)).revokedAt, revoked.revokedAt)
  const expiresAt = new Date(Date.now() + 3_600_000)
  const second = await createApiKey(database, ADMIN, { name: 'two', scopes: ['TRAIN'], expiresAt })
  assert.ok(await authenticate(database, second.secret))
  await database.prisma.apiKey.update({
    where: { id: second.apiKey.id },
    data: { expiresAt: new Date(Date.now() - 1) },
  })
  assert.equal(await authenticate(database, second.secret), null)
})

test('the use of a key is recorded at most once a minute', async (t) => {
  const database = await openTestDatabase(t)
  const { apiKey, secret } = await createApiKey(database, ADMIN, { name: 'one', scopes: ['TRAIN'] })
  const lastUsedAt = async () =>
    (await database.prisma.apiKey.findUniqueOrThrow({ where: { id: apiKey.id } })).lastUsedAt
  assert.equal(await lastUsedAt(), null)
  await authenticate(database, secret)
  const noted = await lastUsedAt()
  assert.ok(noted)
  await authenticate(database, secret)
  assert.deepEqual(await lastUsedAt(), noted)
  const earlier = new Date(Date.now() - 61_000)
  await database.prisma.apiKey.update({ where: { id: apiKey.id }, data: { lastUsedAt: earlier } })
  await authenticate(database, secret)
  assert.ok(((await lastUsedAt()) as Date) > earlier)
})

test('only ADMIN creates and revokes keys', async (t) => {
  const database = await openTestDatabase(t)
  const input = { name: 'one', scopes: ['TRAIN'] as Scope[] }
  const viewer: Viewer = { apiKeyId: 1, name: 'other', scopes: ['TRAIN', 'SEARCH', 'DATASET'] }
  await assert.rejects(createApiKey(database, null, input), { code: 'UNAUTHENTICATED' })
  await assert.rejects(createApiKey(database, viewer, input), { code: 'FORBIDDEN' })
  await assert.rejects(revokeApiKey(database, null, 1), { code: 'UNAUTHENTICATED' })
  await assert.rejects(revokeApiKey(database, viewer, 1), { code: 'FORBIDDEN' })
  await assert.rejects(revokeApiKey(database, ADMIN, 1), { code: 'NOT_FOUND' })
})

test('malformed input is refused with the name of its argument', async (t) => {
  const database = await openTestDatabase(t)
  const valid = { name: 'one', scopes: ['TRAIN'] as Scope[] }
  const cases = [
    ['name', { ...valid, name: ' ' }],
    ['name', { ...valid, name: 'x'.repeat(101) }],
    ['name', { ...valid, name: 'a\0b' }],
    ['name', { ...valid, name: '\ud800' }],
    ['scopes', { ...valid, scopes: [] }],
    ['scopes', { ...valid, scopes: ['ROOT' as Scope] }],
    ['scopes', { ...valid, scopes: ['toString' as Scope] }],
    ['expiresAt', { ...valid, expiresAt: new Date(0) }],
    ['expiresAt', { ...valid, expiresAt: new Date(Number.NaN) }],
  ] as const
  for (const [argument, input] of cases) {
    await assert.rejects(createApiKey(database, ADMIN, input), { code: 'BAD_USER_INPUT', extensions: { argument } })
  }
})
