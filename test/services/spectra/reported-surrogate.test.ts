import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ActBenchEntry } from '../../../src/datasets/act-bench.js'
import { listSeedManifests, readSeedData } from '../../../src/datasets/shipped/seed-folder.js'
import { inTransaction } from '../../../src/db/connection/in-transaction.js'
import { ActbenchError } from '../../../src/errors.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { addEvaluations } from '../../../src/services/evaluations/add-evaluations.js'
import { storeMeasured } from '../../../src/services/shipped-data/store-measured.js'
import { addFisherSpectra } from '../../../src/services/spectra/add-fisher-spectra.js'
import { deleteFisherSpectra } from '../../../src/services/spectra/delete-fisher-spectra.js'
import { predict } from '../../../src/services/surrogates/predict.js'
import { updateSurrogate as requestSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { openTestDatabase } from '../../support/database.js'
import { toBase64 } from '../../support/fixtures/spectra-files.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['DATASET', 'TRAIN'])

// A part of Mini-CNN's evaluations and spectra as if they were trained here, and the same reported by a client.
const shipped = listSeedManifests(join(PROJECT_ROOT, 'seed')).find(({ manifest }) => manifest.name === 'mini-cnn')
assert.ok(shipped)
const { entries } = readSeedData(shipped.folder, shipped.manifest)
const usable = entries.filter(({ spectrum, metrics }) => spectrum && metrics.validationAccuracy !== null)
const [measured, candidates] = [
  usable.filter((_, i) => i % 20 === 0),
  usable.filter((_, i) => i % 20 === 7).slice(0, 40),
]

// Its recipe does not normalise functions, so scaled twins are not held out together, as in reported results.
const original = await createTrainable(database, 'act-bench-resnet')
await database.prisma.dataset.update({
  where: { id: original.id },
  data: { fisherSpectrumLength: measured[0].spectrum?.length },
})
await inTransaction(database, (db) =>
  storeMeasured(
    db,
    { datasetId: original.id, datasetVersion: original.version },
    {
      entries: measured,
      runs: [],
      spectra: [...measured, ...candidates].map(({ expression, spectrum }) => {
        return { expression, values: spectrum, reason: null }
      }),
    },
  ),
)
await createDataset(database, owner, {
  ...{ name: 'mine', title: 'Mine', description: 'd', architecture: 'Mini-CNN', task: 'shapes' },
})
await addEvaluations(database, owner, {
  dataset: 'mine',
  rows: measured.map(({ expression, metrics }) => ({ expression, validationAccuracy: metrics.validationAccuracy })),
})

async function fit(dataset: string) {
  const { id } = await requestSurrogate(database, owner, { dataset, algorithm: 'UMAP_KNN' })
  await updateSurrogate(database, { surrogateId: id })
  return database.prisma.surrogate.findUniqueOrThrow({ where: { id } })
}

const give = (rows: readonly ActBenchEntry[]) =>
  addFisherSpectra(database, owner, {
    dataset: 'mine',
    rows: rows.map(({ expression, spectrum }) => ({ expression, base64: toBase64([...(spectrum as Float32Array)]) })),
  })

async function featuresOf(expressions: readonly string[]) {
  const records = await predict(database, 'mine', expressions)
  return records.map((record) => {
    if (record instanceof ActbenchError) throw record
    return record.features.join('+')
  })
}

test('without spectra the surrogate of reported results sees outputs only', async () => {
  assert.deepEqual((await fit('mine')).features, ['OUTPUTS'])
  assert.deepEqual(await featuresOf([candidates[0].expression]), ['OUTPUTS'])
})

test('spectra of evaluated functions cause a new fit, which uses both features', async () => {
  await give([...measured, ...candidates])
  const queued = await database.prisma.surrogate.findFirst({ where: { dataset: { name: 'mine' }, state: 'QUEUED' } })
  assert.equal(queued?.version, 2)
  const fitted = await fit('mine')
  assert.deepEqual([fitted.version, fitted.features], [2, ['OUTPUTS', 'FISHER_SPECTRUM']])
})

test('its quality is exactly that of the same data in a dataset that is trained here', async () => {
  const [mine, theirs] = [
    await database.prisma.surrogate.findFirstOrThrow({
      where: { dataset: { name: 'mine' }, state: 'READY' },
      orderBy: { version: 'desc' },
    }),
    await fit(original.name),
  ]
  const qualityOf = ({ trainedOn, spearman, kendall, meanAbsoluteError, topRecall, features }: typeof mine) => {
    return { trainedOn, spearman, kendall, meanAbsoluteError, topRecall, features }
  }
  assert.deepEqual(qualityOf(mine), qualityOf(theirs))
  assert.ok((mine.spearman ?? 0) > 0.3, `${mine.spearman}`)
})

test('a candidate with a spectrum is predicted from both, one without from its outputs', async () => {
  const bare = 'max(swish(x),tanh(negative(x)))'
  const expected = ['OUTPUTS+FISHER_SPECTRUM', 'OUTPUTS+FISHER_SPECTRUM', 'OUTPUTS']
  assert.deepEqual(await featuresOf([candidates[3].expression, measured[3].expression, bare]), expected)
  const length = (measured[0].spectrum as Float32Array).length
  await addFisherSpectra(database, owner, {
    dataset: 'mine',
    rows: [{ expression: bare, base64: toBase64(Array.from({ length }, (_, i) => ((i % 101) + 1) / 101)) }],
  })
  assert.deepEqual(await featuresOf([bare]), ['OUTPUTS+FISHER_SPECTRUM'])
})

test('without its spectra, or with others of another length, a fitted surrogate predicts from outputs', async () => {
  const bare = 'max(swish(x),tanh(negative(x)))'
  await deleteFisherSpectra(database, owner, 'mine')
  assert.deepEqual(await featuresOf([bare]), ['OUTPUTS'])
  await addFisherSpectra(database, owner, { dataset: 'mine', rows: [{ expression: bare, base64: toBase64([0, 1]) }] })
  assert.deepEqual(await featuresOf([bare]), ['OUTPUTS'])
  const queued = await database.prisma.surrogate.findFirst({ where: { dataset: { name: 'mine' }, state: 'QUEUED' } })
  assert.equal(queued?.version, 3)
})
