import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTransaction } from '../../../src/db/connection/in-transaction.js'
import { answerOnce, type RepeatableRequest } from '../../../src/services/access/answer-once.js'
import { trainActivation } from '../../../src/services/trainings/train-activation.js'
import { openTestDatabase } from '../../support/database.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const { apiKeyId } = await createViewer(database, 'one', ['TRAIN'])
const other = await createViewer(database, 'other', ['TRAIN'])
let made = 0
let lastLock = 0

/** Creates a row, whose id is the answer, and counts how often it did. */
function createOnce(idempotencyKey: string | null, request: Partial<RepeatableRequest> = {}, fail = false) {
  return inTransaction(database, (db) =>
    answerOnce(
      db,
      { apiKeyId, mutation: 'createNothing', input: { a: 1 }, idempotencyKey, ...request },
      {
        run: async () => {
          made++
          const { id } = await db.worker.create({
            data: {
              poolId: `${Math.random()}`,
              lockKey: ++lastLock,
              host: 'h',
              processId: 1,
              backend: 'b',
              device: 'd',
            },
          })
          if (fail) throw new Error('rolled back')
          return id
        },
        idsOf: (id) => ({ Worker: [id] }),
        load: async (idsOf) => (await db.worker.findUnique({ where: { id: idsOf('Worker')[0] } }))?.id ?? null,
      },
    ),
  )
}

test('the same key and input give the first answer, and without a key the work is done each time', async () => {
  const first = await createOnce('k1')
  assert.equal(await createOnce('k1'), first)
  assert.equal(await createOnce('k1', { input: { b: null, idempotencyKey: 'k1', a: 1 } }), first)
  assert.notEqual(await createOnce(null), await createOnce(null))
  assert.notEqual(await createOnce('k1', { apiKeyId: other.apiKeyId }), first)
})

test('a key that came with another input or mutation is CONFLICT', async () => {
  await createOnce('k2')
  const conflict = { code: 'CONFLICT', extensions: { argument: 'idempotencyKey' } }
  await assert.rejects(createOnce('k2', { input: { a: 2 } }), { ...conflict, message: /another input/ })
  await assert.rejects(createOnce('k2', { mutation: 'createMore' }), {
    ...conflict,
    message: 'idempotencyKey: this key came with another mutation; expected createNothing, got createMore',
  })
  for (const key of ['', ' ', 'x'.repeat(201), 'a\0']) {
    await assert.rejects(createOnce(key), { code: 'BAD_USER_INPUT', extensions: { argument: 'idempotencyKey' } })
  }
})

test('of concurrent requests with one key, one does the work and all get its answer', async () => {
  made = 0
  const answers = await Promise.all(Array.from({ length: 9 }, () => createOnce('k3')))
  assert.equal(made, 1)
  assert.equal(new Set(answers).size, 1)
})

test('a failed request leaves its key free', async () => {
  await assert.rejects(createOnce('k4', {}, true), /rolled back/)
  const id = await createOnce('k4', { input: { a: 3 } })
  assert.equal(await createOnce('k4', { input: { a: 3 } }), id)
})

test('a key can be used again after a day, and expired keys are deleted', async () => {
  const first = await createOnce('k5')
  const age = (key: string, hours: number) =>
    database.pool.query(`update idempotency_keys set created_at = now() - make_interval(hours => $2) where key = $1`, [
      key,
      hours,
    ])
  await age('k5', 23)
  assert.equal(await createOnce('k5'), first)
  await age('k5', 25)
  assert.notEqual(await createOnce('k5', { input: { a: 9 } }), first)
  await age('k1', 25)
  await createOnce('k6')
  assert.equal(await database.prisma.idempotencyKey.count({ where: { key: 'k1', apiKeyId } }), 0)
})

test('if the object was deleted meanwhile, the repetition is CONFLICT and creates nothing', async () => {
  const id = await createOnce('k7')
  await database.prisma.worker.delete({ where: { id } })
  made = 0
  await assert.rejects(createOnce('k7'), { code: 'CONFLICT', message: /deleted meanwhile/ })
  assert.equal(made, 0)
})

test('keys of version 0.2.0 keep their answers, and its servers can read new ones', async () => {
  const dataset = await createTrainable(database)
  const viewer = await createViewer(database, 'trainer', ['TRAIN'])
  const input = { dataset: dataset.name, expression: 'relu(x)', seeds: [3, 1], idempotencyKey: 'old' }
  const { jobs } = await trainActivation(database, viewer, input)
  const ids = jobs.map(({ id }) => id)
  const stored = await database.prisma.idempotencyKey.findFirstOrThrow({ where: { key: 'old' } })
  assert.deepEqual([stored.trainingJobIds, stored.runIds], [ids, []])
  // As a server of 0.2.0 stores it during an upgrade.
  await database.prisma.idempotencyKey.updateMany({ where: { key: 'old' }, data: { results: [] } })
  const again = await trainActivation(database, viewer, input)
  assert.deepEqual(
    again.jobs.map(({ id }) => id),
    ids,
  )
})
