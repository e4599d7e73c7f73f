import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeSeedFolder } from '../../../src/datasets/shipped/seed-folder.js'
import type { Database } from '../../../src/db/connection/client.js'
import { findBestSurrogates } from '../../../src/db/surrogates/find-surrogates.js'
import { exportSeed } from '../../../src/services/shipped-data/export-seed.js'
import { importSeed } from '../../../src/services/shipped-data/import-seed.js'
import { predict, predictExpressions } from '../../../src/services/surrogates/predict.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { listFunctions } from '../../support/fixtures/learning-fixture.js'
import { makeFolder } from '../../support/folder.js'
import { makeRun, makeSeedManifest, openWithoutSpace } from '../../support/seed.js'

const MEASURED = listFunctions(40).map((described) => described.canonicalText)
const QUESTIONS = [MEASURED[3], 'mish(x)', 'sinh(tanh(x))']

test('a shipped surrogate gives the same predictions in another database', async (t) => {
  const first = await openWithoutSpace(t)
  const seedFolder = makeFolder()
  const runs = MEASURED.map((text, i) => makeRun(text, 0, 0.2 + 0.015 * i))
  const data = { entries: [], runs, spectra: [], surrogates: [] }
  writeSeedFolder(join(seedFolder, 'mini-test'), makeSeedManifest(), data)
  await importSeed(first, { seedFolder })
  const queued = await first.prisma.surrogate.findFirstOrThrow({ where: { state: 'QUEUED' } })
  await updateSurrogate(first, { surrogateId: queued.id })

  const shipped = makeFolder()
  await exportSeed(first, { dataset: 'mini-test', folder: join(shipped, 'mini-test'), commands: [] })
  const second = await openWithoutSpace(t)
  // Other functions are stored first, so that the ids differ.
  await second.prisma.$executeRaw`SELECT setval('activations_id_seq', 1000), setval('evaluations_id_seq', 5000)`
  await importSeed(second, { seedFolder: shipped })

  const [original, copy] = [
    await first.prisma.surrogate.findFirstOrThrow(),
    await second.prisma.surrogate.findFirstOrThrow(),
  ]
  const { id: _, datasetId: __, createdAt: ___, fence: ____, ...kept } = original
  const { id: _____, datasetId: ______, createdAt: _______, fence: ________, ...imported } = copy
  assert.deepEqual(imported, kept)
  assert.equal(copy.state, 'READY')
  assert.deepEqual(await answersOf(second), await answersOf(first))
  assert.equal(await second.prisma.surrogate.count(), 1)
})

const PLACELESS = { outputsPoint: null, spectrumPoint: null, hasSpectrum: false, basedOn: [] }

test('both algorithms ship, the better one answers, and a Gaussian process loses less than 0.0001', async (t) => {
  const first = await openWithoutSpace(t)
  const seedFolder = makeFolder()
  const runs = MEASURED.map((text, i) => makeRun(text, 0, 0.2 + 0.015 * i))
  writeSeedFolder(join(seedFolder, 'mini-test'), makeSeedManifest(), { entries: [], runs, spectra: [], surrogates: [] })
  await importSeed(first, { seedFolder })
  const { id: datasetId } = await first.prisma.dataset.findUniqueOrThrow({ where: { name: 'mini-test' } })
  const map = await first.prisma.surrogate.findFirstOrThrow({ where: { state: 'QUEUED' } })
  await updateSurrogate(first, { surrogateId: map.id })
  const process = await first.prisma.surrogate.create({
    data: { datasetId, version: 2, algorithm: 'GAUSSIAN_PROCESS' },
  })
  await updateSurrogate(first, { surrogateId: process.id })

  const shipped = makeFolder()
  await exportSeed(first, { dataset: 'mini-test', folder: join(shipped, 'mini-test'), commands: [] })
  const second = await openWithoutSpace(t)
  await importSeed(second, { seedFolder: shipped })
  const states = await second.prisma.surrogate.findMany({ orderBy: { version: 'asc' } })
  assert.deepEqual(
    states.map(({ version, algorithm, state }) => [version, algorithm, state]),
    [
      [1, 'UMAP_KNN', 'READY'],
      [2, 'GAUSSIAN_PROCESS', 'READY'],
    ],
  )
  const [best] = await findBestSurrogates(second.kysely, [(await second.prisma.dataset.findFirstOrThrow()).id])
  const qualities = new Map(states.map(({ algorithm, spearman }) => [algorithm, spearman ?? -1]))
  const better = (qualities.get('GAUSSIAN_PROCESS') ?? 0) >= (qualities.get('UMAP_KNN') ?? 0)
  assert.equal(best?.algorithm, better ? 'GAUSSIAN_PROCESS' : 'UMAP_KNN')
  for (const algorithm of ['GAUSSIAN_PROCESS', 'UMAP_KNN'] as const) {
    const [original, copy] = await Promise.all(
      [first, second].map(async (database) => {
        const surrogate = await database.prisma.surrogate.findFirstOrThrow({ where: { algorithm } })
        return predictExpressions(database, surrogate, ['mish(x)', 'sinh(tanh(x))', ...MEASURED.slice(0, 5)])
      }),
    )
    for (const [i, expected] of original.entries()) {
      const found = copy[i]
      assert.ok('mean' in expected && 'mean' in found)
      assert.ok(Math.abs(expected.mean - found.mean) < 1e-4, `${algorithm}: ${expected.mean}, ${found.mean}`)
      assert.ok(Math.abs((expected.standardDeviation ?? 0) - (found.standardDeviation ?? 0)) < 1e-4)
      assert.equal(expected.basedOn.length, found.basedOn.length)
    }
  }
})

test('an installation keeps its own surrogates and gets those that it lacks', async (t) => {
  const database = await openWithoutSpace(t)
  const seedFolder = makeFolder()
  const runs = MEASURED.map((text, i) => makeRun(text, 0, 0.2 + 0.015 * i))
  const data = { entries: [], runs, spectra: [], surrogates: [] }
  writeSeedFolder(join(seedFolder, 'mini-test'), makeSeedManifest(), data)
  await importSeed(database, { seedFolder })
  const map = await database.prisma.surrogate.findFirstOrThrow({ where: { state: 'QUEUED' } })
  await updateSurrogate(database, { surrogateId: map.id })
  const own = await database.prisma.surrogate.findMany()
  const donor = await openWithoutSpace(t)
  await importSeed(donor, { seedFolder })
  const { id: datasetId } = await donor.prisma.dataset.findFirstOrThrow()
  await updateSurrogate(donor, { surrogateId: (await donor.prisma.surrogate.findFirstOrThrow()).id })
  const process = await donor.prisma.surrogate.create({
    data: { datasetId, version: 2, algorithm: 'GAUSSIAN_PROCESS' },
  })
  await updateSurrogate(donor, { surrogateId: process.id })
  const shipped = makeFolder()
  await exportSeed(donor, { dataset: 'mini-test', folder: join(shipped, 'mini-test'), commands: ['newer'] })

  await importSeed(database, { seedFolder: shipped })
  const after = await database.prisma.surrogate.findMany({ orderBy: { version: 'asc' } })
  assert.deepEqual(after.slice(0, 1), own)
  assert.deepEqual(
    after.slice(1).map(({ version, algorithm, state }) => [version, algorithm, state]),
    [[2, 'GAUSSIAN_PROCESS', 'READY']],
  )
})

test('a dataset with a surrogate keeps it, and a dataset that lacks a function gets a new fit', async (t) => {
  const database = await openWithoutSpace(t)
  const seedFolder = makeFolder()
  const runs = MEASURED.map((text) => makeRun(text, 0, 0.5))
  const point = { expression: 'tanh(tanh(tanh(x)))', x: 0, y: 0, mean: 0.5, standardDeviation: null, measured: null }
  const surrogate = {
    ...{
      algorithm: 'UMAP_KNN' as const,
      features: ['OUTPUTS' as const],
      trainedOn: 40,
      leftOut: 0,
      fitSeconds: 1,
      method: 2,
    },
    ...{ fittedAt: new Date(0).toISOString(), artifact: '', points: [{ ...point, ...PLACELESS }] },
    quality: {
      ...{ spearman: null, kendall: null, meanAbsoluteError: 0, topRecall: 0, intervalCoverage: null, folds: 5 },
      ...{ functions: null, quarters: null },
    },
  }
  writeSeedFolder(join(seedFolder, 'mini-test'), makeSeedManifest(), {
    entries: [],
    runs,
    spectra: [],
    surrogates: [surrogate],
  })
  await importSeed(database, { seedFolder })
  const [own] = await database.prisma.surrogate.findMany()
  assert.equal(own.state, 'QUEUED')
  writeSeedFolder(join(seedFolder, 'mini-test'), makeSeedManifest('newer'), {
    entries: [],
    runs,
    spectra: [],
    surrogates: [surrogate],
  })
  await importSeed(database, { seedFolder })
  assert.deepEqual(await database.prisma.surrogate.findMany(), [own])
})

async function answersOf(database: Database) {
  const evaluations = await database.prisma.evaluation.findMany()
  const expressionOf = new Map(evaluations.map(({ id, expression }) => [id, expression]))
  const answers = await predict(database, 'mini-test', QUESTIONS)
  return answers.map((answer) => {
    assert.ok('mean' in answer, String(answer))
    const { expression, mean, standardDeviation, measured, features, basedOn } = answer
    const names = basedOn.map((id) => expressionOf.get(id))
    assert.ok(names.length > 0 && names.every(Boolean))
    return { expression, mean, standardDeviation, measured, features, names }
  })
}
