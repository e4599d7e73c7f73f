import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDataset, MAX_DATASETS_OF_A_KEY } from '../../../src/services/datasets/create-dataset.js'
import { deleteDataset } from '../../../src/services/datasets/delete-dataset.js'
import { openTestDatabase } from '../../support/database.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['DATASET'])

const description = { title: 'Mine', description: 'Own runs.', architecture: 'MLP', task: 'digits' }

test('a dataset of a client is REPORTED and empty, and belongs to its key', async () => {
  const dataset = await createDataset(database, owner, { name: 'mine', ...description })
  assert.equal(dataset.origin, 'REPORTED')
  assert.equal(dataset.apiKeyId, owner.apiKeyId)
  assert.equal(dataset.trainable, false)
  assert.equal(dataset.license, null)
})

test('a taken name is a CONFLICT, also for two concurrent requests', async () => {
  const attempts = await Promise.allSettled(
    Array.from({ length: 8 }, () => createDataset(database, owner, { name: 'raced', ...description })),
  )
  assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const attempt of attempts) if (attempt.status === 'rejected') assert.equal(attempt.reason.code, 'CONFLICT')
})

test('names must be slugs that are not reserved, and texts must not be empty', async () => {
  for (const name of ['', 'A', 'a b', '-a', 'a-', 'a'.repeat(65), 'ä', 'a\0', 'mini-cnn', 'act-bench-vit']) {
    await assert.rejects(createDataset(database, owner, { ...description, name }), {
      code: 'BAD_USER_INPUT',
      extensions: { argument: 'name' },
    })
  }
  for (const argument of ['title', 'description', 'architecture', 'task'] as const) {
    const input = { ...description, name: 'fine', [argument]: ' ' }
    await assert.rejects(createDataset(database, owner, input), {
      code: 'BAD_USER_INPUT',
      extensions: { argument },
    })
  }
})

test('the error for a text that is too long or cannot be stored names the argument', async () => {
  for (const argument of ['title', 'description', 'architecture', 'task', 'license', 'citation'] as const) {
    for (const text of ['a\0b', 'a\ud800', '\udc00', 'x'.repeat(10_001)]) {
      const input = { ...description, name: 'fine', [argument]: text }
      await assert.rejects(createDataset(database, owner, input), {
        code: 'BAD_USER_INPUT',
        extensions: { argument },
      })
    }
  }
  assert.equal(await database.prisma.dataset.count({ where: { name: 'fine' } }), 0)
})

test('a key has at most the maximum number of datasets, also with concurrent requests', async () => {
  const crowd = await createViewer(database, 'crowd', ['DATASET'])
  const { apiKeyId } = crowd
  const kept = { version: '1', origin: 'REPORTED' as const, apiKeyId, ...description }
  await database.prisma.dataset.createMany({
    data: Array.from({ length: MAX_DATASETS_OF_A_KEY - 2 }, (_, i) => ({ ...kept, name: `crowd-${i}` })),
  })
  const attempts = await Promise.allSettled(
    Array.from({ length: 6 }, (_, i) => createDataset(database, crowd, { name: `late-${i}`, ...description })),
  )
  for (const attempt of attempts) if (attempt.status === 'rejected') assert.equal(attempt.reason.code, 'CONFLICT')
  assert.equal(await database.prisma.dataset.count({ where: { apiKeyId } }), MAX_DATASETS_OF_A_KEY)
  await deleteDataset(database, crowd, 'crowd-0')
  assert.equal((await createDataset(database, crowd, { name: 'in-its-place', ...description })).name, 'in-its-place')
})

test('a dataset needs a key with the scope', async () => {
  const reader = await createViewer(database, 'reader', ['SEARCH'])
  await assert.rejects(createDataset(database, reader, { name: 'x', ...description }), { code: 'FORBIDDEN' })
  await assert.rejects(createDataset(database, null, { name: 'x', ...description }), { code: 'UNAUTHENTICATED' })
})
