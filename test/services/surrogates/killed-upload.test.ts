import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApiKey } from '../../../src/services/access/api-keys.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'
import { startServerProcess } from '../../support/server-process.js'
import { waitUntil } from '../../support/wait-until.js'

test('a server that is killed while it stores an upload leaves nothing, and the same request succeeds later', async (t) => {
  const database = await openTestDatabase(t)
  const admin = await createViewer(database, 'admin', ['ADMIN'])
  const { secret } = await createApiKey(database, admin, { name: 'killed', scopes: ['SEARCH'] })
  const functions = await storeFunctions(database, listFunctions(20))
  await createSyntheticDataset(database, { name: 'rated', measured: functions })
  const rows = functions.map(({ described }) => ({ expression: described.canonicalText, mean: 0.5 }))
  const { prisma } = database
  const countRows = async () => [
    await prisma.surrogate.count(),
    await prisma.uploadedPrediction.count(),
    await prisma.surrogatePoint.count(),
    await prisma.idempotencyKey.count(),
  ]
  const input = { dataset: 'rated', name: 'killed', rows, idempotencyKey: 'killed' }
  const send = async (address: string) => {
    const query =
      'mutation ($input: UploadSurrogateInput!) { uploadSurrogate(input: $input) { surrogate { state candidates } } }'
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query, variables: { input } }),
    })
    return (await response.json()) as { data: unknown }
  }
  const holder = await database.pool.connect()
  await holder.query('BEGIN')
  // The last statement of the upload waits for this lock.
  await holder.query('SELECT FROM activations WHERE id = $1 FOR UPDATE', [functions[5].activationId])
  const server = await startServerProcess(database.url)
  t.after(() => server.child.kill('SIGKILL'))
  const lost = send(server.address).catch(() => null)
  await waitUntil(async () => {
    const { rows } = await database.pool.query(
      "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%into \"surrogate_points\"%'",
    )
    return rows.length > 0
  }, 60)
  server.child.kill('SIGKILL')
  await lost
  await holder.query('ROLLBACK')
  holder.release()
  await waitUntil(async () => {
    const { rows } = await database.pool.query(
      'SELECT FROM pg_stat_activity WHERE query LIKE \'%into "surrogate_points"%\' AND pid <> pg_backend_pid()',
    )
    return rows.length === 0
  }, 60)
  assert.deepEqual(await countRows(), [0, 0, 0, 0])
  const next = await startServerProcess(database.url)
  t.after(() => next.child.kill('SIGKILL'))
  const { data } = await send(next.address)
  assert.deepEqual(data, { uploadSurrogate: { surrogate: { state: 'READY', candidates: rows.length } } })
})
