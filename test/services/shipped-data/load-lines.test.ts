import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeSeedFolder } from '../../../src/datasets/shipped/seed-folder.js'
import { SHIPPED_DESCRIPTIONS } from '../../../src/datasets/shipped/shipped-descriptions.js'
import { formatSpectrumLine } from '../../../src/datasets/shipped/spectrum-line.js'
import { importSeed } from '../../../src/services/shipped-data/import-seed.js'
import { loadLines } from '../../../src/services/shipped-data/load-lines.js'
import { makeFolder } from '../../support/folder.js'
import { makeRun, makeSeedData, makeSeedManifest, openWithoutSpace } from '../../support/seed.js'

test('lines of bulk work are added once, with medians, and lines of another version are all refused', async (t) => {
  const database = await openWithoutSpace(t)
  const seedFolder = makeFolder()
  writeSeedFolder(join(seedFolder, 'mini-test'), makeSeedManifest(), makeSeedData())
  await importSeed(database, { seedFolder })
  const spectrum = {
    dataset: 'mini-test',
    version: '1',
    expression: 'gelu(x)',
    values: Float32Array.of(0, 0, 1, 1),
    reason: null,
  }
  const lines = [
    JSON.stringify(makeRun('max(x,zero(x))', 2, 0.9)),
    JSON.stringify(makeRun('gelu(x)', 0, 0.65)),
    formatSpectrumLine(spectrum),
  ]
  assert.deepEqual(await loadLines(database, 'mini-test', lines), { runs: 2, spectra: 1 })
  assert.deepEqual(await loadLines(database, 'mini-test', lines), { runs: 0, spectra: 1 })
  const { prisma } = database
  const relu = await prisma.evaluation.findFirstOrThrow({ where: { expression: 'relu(x)' }, include: { runs: true } })
  assert.deepEqual([relu.runs.length, relu.validationAccuracy], [3, 0.7])
  const gelu = await prisma.evaluation.findFirstOrThrow({ where: { expression: 'gelu(x)' } })
  assert.equal(gelu.validationAccuracy, 0.65)
  const stranger = JSON.stringify({ ...makeRun('mish(x)', 0, 0.5), version: '2' })
  await assert.rejects(loadLines(database, 'mini-test', [JSON.stringify(makeRun('elu(x)', 0, 0.5)), stranger]), {
    code: 'CONFLICT',
  })
  assert.equal(await prisma.evaluation.count(), 4)
  await assert.rejects(loadLines(database, 'nothing', lines), { code: 'NOT_FOUND' })
})

test('the first lines create a shipped dataset, once', async (t) => {
  const database = await openWithoutSpace(t)
  const version = SHIPPED_DESCRIPTIONS.get('mini-resnet')?.version
  const lines = [JSON.stringify({ ...makeRun('relu(x)', 0, 0.8), dataset: 'mini-resnet', version })]
  assert.deepEqual(await loadLines(database, 'mini-resnet', lines), { runs: 1, spectra: 0 })
  assert.deepEqual(await loadLines(database, 'mini-resnet', lines), { runs: 0, spectra: 0 })
  const dataset = await database.prisma.dataset.findFirstOrThrow({ include: { evaluations: true } })
  assert.deepEqual([dataset.title, dataset.trainable, dataset.fisherSpectrumLength], ['Mini-ResNet', true, 700])
  assert.deepEqual(
    dataset.evaluations.map(({ expression, validationAccuracy }) => [expression, validationAccuracy]),
    [['relu(x)', 0.8]],
  )
})
