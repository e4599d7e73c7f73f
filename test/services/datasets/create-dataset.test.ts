import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActbenchError } from '../../../src/errors.js'
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

test('a dataset keeps its search space in canonical form, and has that of Act-Bench by default', async () => {
  const first = await createDataset(database, owner, { name: 'default-space', ...description })
  assert.deepEqual(first.searchSpace, ['unary(unary(x))', 'binary(unary(x),unary(x))'])
  const searchSpace = ['max( unary(x), x )', 'n-ary(x,x)', 'max(unary(x),x)']
  const second = await createDataset(database, owner, { name: 'own-space', ...description, searchSpace })
  assert.deepEqual(second.searchSpace, ['max(unary(x),x)', 'n-ary(x,x)'])
})

test('the error of a schema names its place, what is wrong and what was expected', async () => {
  const nested = 'unary('.repeat(12)
  const cases: [string[], string, RegExp][] = [
    [[], 'searchSpace', /^searchSpace: expected 1 to 20 schemas, got "0 schemas"$/],
    [Array(21).fill('unary(x)'), 'searchSpace', /expected 1 to 20 schemas, got "21 schemas"$/],
    [
      ['unary(x)', 'unari(x)'],
      'searchSpace[1]',
      /^searchSpace\[1\]: unknown operator unari at position 0; .*did you mean unary/,
    ],
    [['binary(unary(x))'], 'searchSpace[0]', /^searchSpace\[0\]: invalid at position 15; expected /],
    [
      ['unary(x)', `${nested}x${')'.repeat(12)}`],
      'searchSpace[1]',
      /^searchSpace\[1\]: too many expressions; expected fewer than 2\^53/,
    ],
    [[''], 'searchSpace[0]', /^searchSpace\[0\]: /],
  ]
  for (const [searchSpace, argument, message] of cases) {
    const creating = createDataset(database, owner, { ...description, name: 'refused', searchSpace })
    await assert.rejects(creating, (error: ActbenchError) => {
      assert.match(error.message, message)
      assert.deepEqual([error.code, error.extensions.argument], ['BAD_USER_INPUT', argument])
      return true
    })
  }
  assert.equal(await database.prisma.dataset.count({ where: { name: 'refused' } }), 0)
})

test('the description of the recipe has a limit of its own', async () => {
  const recipeDescription = 'x'.repeat(20_000)
  const dataset = await createDataset(database, owner, { ...description, name: 'long-recipe', recipeDescription })
  assert.equal(dataset.recipeDescription?.length, 20_000)
  const longer = { ...description, name: 'longer-recipe', recipeDescription: `${recipeDescription}y` }
  await assert.rejects(createDataset(database, owner, longer), { extensions: { argument: 'recipeDescription' } })
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
