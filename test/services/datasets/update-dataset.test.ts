import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActbenchError } from '../../../src/errors.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { updateDataset } from '../../../src/services/datasets/update-dataset.js'
import { addEvaluation } from '../../../src/services/evaluations/add-evaluation.js'
import { createSearch } from '../../../src/services/searches/create-search.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { openTestDatabase } from '../../support/database.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['DATASET', 'SEARCH'])
const stranger = await createViewer(database, 'stranger', ['DATASET'])
const admin = await createViewer(database, 'admin', ['ADMIN'])

const description = { title: 'Mine', description: 'Own runs.', architecture: 'MLP', task: 'digits', license: 'MIT' }
const create = (name: string, input = {}) => createDataset(database, owner, { name, ...description, ...input })
const read = (name: string) => database.prisma.dataset.findUniqueOrThrow({ where: { name } })

test('only what is given changes, and an empty text removes an optional one', async () => {
  const before = await create('changed', { citation: '@misc{a}' })
  const after = await updateDataset(database, owner, {
    dataset: 'changed',
    title: '  Ours ',
    description: null,
    license: '',
    recipeDescription: 'SGD, momentum 0.9, 25 epochs',
    searchSpace: ['unary( x )'],
  })
  assert.deepEqual(after, {
    ...before,
    title: 'Ours',
    license: null,
    recipeDescription: 'SGD, momentum 0.9, 25 epochs',
    searchSpace: ['unary(x)'],
    updatedAt: after.updatedAt,
  })
  assert.ok(after.updatedAt > before.updatedAt)
  assert.deepEqual(await read('changed'), after)
})

test('wrong properties are refused with their names, and nothing changes', async () => {
  const before = await create('kept')
  const cases: [object, string][] = [
    [{}, 'input'],
    [{ title: null, searchSpace: null }, 'input'],
    [{ title: ' ' }, 'title'],
    [{ task: '' }, 'task'],
    [{ title: 'New', license: 'x'.repeat(201) }, 'license'],
    [{ title: 'New', recipeDescription: 'a\0' }, 'recipeDescription'],
    [{ title: 'New', searchSpace: [] }, 'searchSpace'],
    [{ title: 'New', searchSpace: ['unary(x)', 'unary(y)'] }, 'searchSpace[1]'],
  ]
  for (const [changes, argument] of cases) {
    await assert.rejects(updateDataset(database, owner, { dataset: 'kept', ...changes }), (error: ActbenchError) => {
      assert.deepEqual([error.code, error.extensions.argument], ['BAD_USER_INPUT', argument])
      return true
    })
  }
  assert.deepEqual(await read('kept'), before)
})

test('the owner changes its own dataset, ADMIN any but a shipped one, nobody else', async () => {
  await create('owned')
  await createTrainable(database)
  const change = (viewer: typeof owner | null, dataset: string) =>
    updateDataset(database, viewer, { dataset, title: 'Taken' })
  await assert.rejects(change(null, 'owned'), { code: 'UNAUTHENTICATED' })
  await assert.rejects(change(await createViewer(database, 'weak', ['SEARCH']), 'owned'), { code: 'FORBIDDEN' })
  await assert.rejects(change(stranger, 'owned'), { code: 'FORBIDDEN' })
  await assert.rejects(change(owner, 'mini-cnn'), { code: 'FORBIDDEN' })
  await assert.rejects(change(admin, 'mini-cnn'), { code: 'FORBIDDEN' })
  await assert.rejects(change(owner, 'nobodys'), { code: 'NOT_FOUND' })
  assert.equal((await read('owned')).title, 'Mine')
  assert.equal((await change(admin, 'owned')).title, 'Taken')
})

test('a search keeps the schemas with which it began, and the next one gets the new search space', async () => {
  await create('searched', { searchSpace: ['unary(x)'] })
  for (const expression of ['relu(x)', 'tanh(x)']) {
    await addEvaluation(database, owner, { dataset: 'searched', expression, validationAccuracy: 0.5 })
  }
  const begin = () => createSearch(database, owner, { dataset: 'searched', algorithm: 'RANDOM', seed: 1 })
  const ask = async (searchId: number) => {
    const { suggestions } = await suggest(database, owner, { searchId, count: 3, worker: 'w' })
    return suggestions.map(({ expression }) => expression)
  }
  const early = await begin()
  await updateDataset(database, owner, { dataset: 'searched', searchSpace: ['max(unary(x),swish(x))'] })
  const late = await begin()
  const [ofEarly, ofLate] = [await ask(early.id), await ask(late.id)]
  assert.deepEqual([early.schemas, late.schemas], [['unary(x)'], ['max(unary(x),swish(x))']])
  assert.equal(ofEarly.length, 3)
  for (const expression of ofEarly) assert.match(expression, /^\w+\(x\)$/)
  assert.ok(
    ofLate.some((expression) => /^max\(\w+\(x\),swish\(x\)\)$/.test(expression)),
    ofLate.join(),
  )
})

test('a repeated request changes nothing, and the same key with other input is a CONFLICT', async () => {
  await create('repeated')
  const first = { dataset: 'repeated', title: 'First', idempotencyKey: 'k' }
  await updateDataset(database, owner, first)
  await updateDataset(database, owner, { dataset: 'repeated', title: 'Second' })
  assert.equal((await updateDataset(database, owner, first)).title, 'Second')
  await assert.rejects(updateDataset(database, owner, { ...first, title: 'Other' }), { code: 'CONFLICT' })
  assert.equal((await read('repeated')).title, 'Second')
})
