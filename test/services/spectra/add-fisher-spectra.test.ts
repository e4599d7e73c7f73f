import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toFloat32Array } from '../../../src/db/statements/float32.js'
import type { ActbenchError } from '../../../src/errors.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { deleteDataset } from '../../../src/services/datasets/delete-dataset.js'
import { addFisherSpectra, MAX_ROWS, mostSpectra } from '../../../src/services/spectra/add-fisher-spectra.js'
import { deleteFisherSpectra } from '../../../src/services/spectra/delete-fisher-spectra.js'
import { openTestDatabase } from '../../support/database.js'
import { toBase64 } from '../../support/fixtures/spectra-files.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['DATASET'])
const stranger = await createViewer(database, 'stranger', ['DATASET'])
const admin = await createViewer(database, 'admin', ['ADMIN'])

const create = (name: string) =>
  createDataset(database, owner, { name, title: 'Mine', description: 'd', architecture: 'MLP', task: 'digits' })
const row = (expression: string, values: readonly number[]) => ({ expression, base64: toBase64(values) })
const add = (dataset: string, rows: ReturnType<typeof row>[], replace?: boolean) =>
  addFisherSpectra(database, owner, { dataset, rows, replace })

async function read(dataset: string): Promise<Record<string, number[] | null>> {
  const rows = await database.prisma.fisherSpectrum.findMany({
    where: { dataset: { name: dataset } },
    include: { activation: true },
  })
  return Object.fromEntries(
    rows.map(({ activation, values }) => [activation.expression, values && [...toFloat32Array(values)]]),
  )
}

test('the first spectra settle the length, and a repeated request changes nothing', async () => {
  await create('first')
  const rows = [row('ReLU', [0, 0.5, 1]), row('max( x, tanh(x) )', [0.25, 0.5, 1])]
  const { dataset, ...counts } = await add('first', rows)
  assert.deepEqual([dataset.fisherSpectrumLength, counts], [3, { added: 2, replaced: 0, unchanged: 0 }])
  assert.deepEqual(await read('first'), { 'relu(x)': [0, 0.5, 1], 'max(x,tanh(x))': [0.25, 0.5, 1] })
  const { dataset: _, ...again } = await add('first', [...rows, row('tanh(x)', [0, 0, 1])])
  assert.deepEqual(again, { added: 1, replaced: 0, unchanged: 2 })
})

test('other values of a function are a CONFLICT unless they replace the stored ones', async () => {
  await create('replaced')
  await add('replaced', [row('relu(x)', [0, 0.5, 1]), row('tanh(x)', [0, 1, 1])])
  const rows = [row('relu(x)', [0.5, 0.5, 1]), row('elu(x)', [0, 1, 1])]
  await assert.rejects(add('replaced', rows), {
    code: 'CONFLICT',
    message: 'rows[0].base64: relu(x): replaced has another spectrum of this function; replace it with replace: true',
  })
  assert.deepEqual(Object.keys(await read('replaced')).sort(), ['relu(x)', 'tanh(x)'])
  const { dataset: _, ...counts } = await add('replaced', rows, true)
  assert.deepEqual(counts, { added: 1, replaced: 1, unchanged: 0 })
  assert.deepEqual((await read('replaced'))['relu(x)'], [0.5, 0.5, 1])
})

test('another length is refused until all spectra are deleted', async () => {
  await create('resized')
  await add('resized', [row('relu(x)', [0, 0.5, 1])])
  await assert.rejects(add('resized', [row('relu(x)', [0, 1])], true), {
    code: 'BAD_USER_INPUT',
    message: 'rows[0].base64: the spectrum of relu(x): expected 3 values as the others of resized have, got 2',
  })
  const { deleted, dataset } = await deleteFisherSpectra(database, owner, 'resized')
  assert.deepEqual([deleted, dataset.fisherSpectrumLength], [1, null])
  assert.equal((await add('resized', [row('relu(x)', [0, 1])])).dataset.fisherSpectrumLength, 2)
})

test('wrong rows are all named, and nothing is stored', async () => {
  await create('wrong')
  const cases: [ReturnType<typeof row>, string, RegExp][] = [
    [
      row('relu(x)', [0, Number.NaN, 1]),
      'rows[1].base64',
      /^rows\[1\]\.base64: the spectrum of relu\(x\) is not finite: value 2 is NaN; expected /,
    ],
    [row('relu(x)', [0, 0.5, Number.POSITIVE_INFINITY]), 'rows[1].base64', /value 3 is Infinity/],
    [row('relu(x)', [-1, 0.5, 1]), 'rows[1].base64', /value 1 is -1, outside 0 to 1/],
    [row('relu(x)', [0.5, 0.25, 1]), 'rows[1].base64', /value 2 falls from 0\.5 to 0\.25/],
    [row('relu(x)', []), 'rows[1].base64', /relu\(x\) is empty/],
    [row('relu(x)', [0, 1]), 'rows[1].base64', /expected 3 values as the first one has, got 2/],
    [{ expression: 'relu(x)', base64: 'AAA=' }, 'rows[1].base64', /not a whole number of float32 numbers: 2 bytes/],
    [{ expression: 'relu(x)', base64: '[0, 1]' }, 'rows[1].base64', /not base64: "\[0, 1\]"/],
    [row('reluu(x)', [0, 0.5, 1]), 'rows[1].expression', /unknown operator reluu/],
    [
      row('tanh( identity(x) )', [0, 0, 1]),
      'rows[1].base64',
      /is the function of rows\[0\], which has another spectrum$/,
    ],
  ]
  for (const [second, argument, message] of cases) {
    await assert.rejects(add('wrong', [row('tanh(x)', [0, 0.5, 1]), second]), (error: ActbenchError) => {
      assert.match(error.message, message)
      assert.equal(error.extensions.argument, argument)
      return true
    })
  }
  await assert.rejects(add('wrong', [row('reciprocal(zero(x))', [0, 0.5, 1])]), { code: 'NOT_FINITE' })
  await assert.rejects(add('wrong', []), { code: 'BAD_USER_INPUT' })
  await assert.rejects(add('wrong', Array(MAX_ROWS + 1).fill(row('relu(x)', [1]))), { code: 'BAD_USER_INPUT' })
  await assert.rejects(add('wrong', [row('reluu(x)', [1]), row('elu(x)', [2])]), (error: ActbenchError) => {
    assert.deepEqual(
      (error.extensions.problems as { argument: string }[]).map(({ argument }) => argument),
      ['rows[0].expression', 'rows[1].base64'],
    )
    return true
  })
  assert.deepEqual(await read('wrong'), {})
  assert.equal(
    (await database.prisma.dataset.findUniqueOrThrow({ where: { name: 'wrong' } })).fisherSpectrumLength,
    null,
  )
})

test('concurrent requests of different lengths leave one length', async () => {
  await create('raced')
  const attempts = await Promise.allSettled(
    [2, 3, 4, 5].map((length) =>
      add('raced', [row('relu(x)', Array(length).fill(1)), row('tanh(x)', Array(length).fill(1))]),
    ),
  )
  assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 1)
  const lengths = Object.values(await read('raced')).map((values) => values?.length)
  const { fisherSpectrumLength } = await database.prisma.dataset.findUniqueOrThrow({ where: { name: 'raced' } })
  assert.deepEqual(lengths, [fisherSpectrumLength, fisherSpectrumLength])
})

test('only the owner gives spectra, and a deleted dataset loses them', async () => {
  await create('owned')
  await createTrainable(database)
  const rows = [row('relu(x)', [0, 0.5, 1])]
  await assert.rejects(addFisherSpectra(database, null, { dataset: 'owned', rows }), { code: 'UNAUTHENTICATED' })
  await assert.rejects(addFisherSpectra(database, stranger, { dataset: 'owned', rows }), { code: 'FORBIDDEN' })
  await assert.rejects(addFisherSpectra(database, admin, { dataset: 'mini-cnn', rows }), { code: 'FORBIDDEN' })
  await assert.rejects(deleteFisherSpectra(database, stranger, 'owned'), { code: 'FORBIDDEN' })
  await assert.rejects(deleteFisherSpectra(database, admin, 'mini-cnn'), { code: 'FORBIDDEN' })
  await assert.rejects(add('nobodys', rows), { code: 'NOT_FOUND' })
  const { dataset } = await add('owned', rows)
  await deleteDataset(database, owner, 'owned')
  assert.equal(await database.prisma.fisherSpectrum.count({ where: { datasetId: dataset.id } }), 0)
})

test('a dataset has room for more functions than a published one, and less the longer the spectra are', () => {
  assert.deepEqual(
    [mostSpectra(1), mostSpectra(400), mostSpectra(13_683), mostSpectra(190_000)],
    [100_000, 100_000, 4904, 353],
  )
})
