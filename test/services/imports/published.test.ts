import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openBackend } from '../../../src/networks/backends/backend.js'
import type { OpenedBackend } from '../../../src/networks/backends/opened-backend.js'
import { getImageTask, getTrainableDataset } from '../../../src/networks/recipes/trainable-datasets.js'
import { getDataset } from '../../../src/services/datasets/get-dataset.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { openPublished } from '../../../src/services/imports/open-published.js'
import { trainActivation } from '../../../src/services/trainings/train-activation.js'
import { openWorkerDatasets } from '../../../src/tasks/worker-datasets.js'
import { openTestDatabase } from '../../support/database.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'
import { makeFolder } from '../../support/folder.js'

const NAME = 'act-bench-cnn'
const { version } = getTrainableDataset(NAME)

const database = await openTestDatabase()

test('a published dataset is trained before its file is imported; import and --replace keep runs, jobs and version', async () => {
  await assert.rejects(getDataset(database.prisma, NAME), {
    code: 'NOT_FOUND',
    message: /^dataset: there is no dataset named "act-bench-cnn"; it exists as soon as a worker has its pictures/,
  })
  assert.equal(await openPublished(database, { name: NAME, spectrumLength: 13_683 }), true)
  assert.equal(await openPublished(database, { name: NAME, spectrumLength: 13_683 }), false)
  const opened = await readDataset()
  assert.deepEqual([opened.origin, opened.version, opened.trainable], ['TRAINED', version, true])
  assert.deepEqual([opened.fisherSpectrumLength, opened.license], [13_683, null])

  const viewer = await createViewer(database, 'trainer', ['TRAIN'])
  const train = async (expression: string) =>
    (await trainActivation(database, viewer, { dataset: NAME, expression })).jobs[0]
  const [swish, relu, waiting] = [await train('swish(x)'), await train('relu(x)'), await train('tanh(x)')]
  await storeRun(swish, 0.91)
  await storeRun(relu, 0.92)

  const first = await importFile(database, {
    path: write({ 'mul(x,sigmoid(x))': 0.5, 'elu(x)': 0.6 }),
    dataset: NAME,
  })
  assert.deepEqual([first.outcome, first.evaluations, first.runs], ['IMPORTED', 3, 2])
  // The file's own value stands, and the run that was trained here belongs to it.
  assert.deepEqual(await readRows(), [
    ['elu(x)', 'IMPORTED', 0.6, []],
    ['mul(x,sigmoid(x))', 'IMPORTED', 0.5, [0.91]],
    ['relu(x)', 'TRAINED', 0.92, [0.92]],
  ])
  assert.equal(
    (await importFile(database, { path: write({ 'mul(x,sigmoid(x))': 0.5, 'elu(x)': 0.6 }), dataset: NAME })).outcome,
    'UNCHANGED',
  )

  const path = write({ 'relu(x)': 0.7 })
  await assert.rejects(importFile(database, { path, dataset: NAME }), { code: 'CONFLICT', message: /--replace/ })
  assert.equal((await importFile(database, { path, dataset: NAME, isReplacing: true })).outcome, 'REPLACED')
  assert.deepEqual(await readRows(), [
    ['mul(x,sigmoid(x))', 'TRAINED', 0.91, [0.91]],
    ['relu(x)', 'IMPORTED', 0.7, [0.92]],
  ])
  const replaced = await readDataset()
  assert.deepEqual([replaced.origin, replaced.version, replaced.trainable], ['IMPORTED', version, true])
  assert.equal(replaced.fisherSpectrumLength, 13_683)
  const job = await database.prisma.trainingJob.findUniqueOrThrow({ where: { id: waiting.id } })
  assert.deepEqual([job.state, job.datasetVersion], ['QUEUED', version])
})

test('a table does not replace the functions that were trained in a published dataset', async () => {
  const path = join(makeFolder(), 'table.csv')
  writeFileSync(path, 'expression,seed,val_acc\nrelu(x),0,0.5\n')
  const importing = importFile(database, { path, dataset: NAME, isReplacing: true })
  await assert.rejects(importing, { code: 'CONFLICT', message: /trained here; expected its published file/ })
  assert.equal((await readRows()).length, 2)
})

test('a dataset that was imported by an earlier version gets the version of the recipe, and its spectra stay valid', async () => {
  const name = 'act-bench-resnet'
  const data = {
    title: name,
    description: name,
    architecture: 'a',
    task: 't',
    origin: 'IMPORTED',
    trainable: false,
  } as const
  const dataset = await database.prisma.dataset.create({ data: { name, version: '7', ...data } })
  const { activationId } = await database.prisma.expression.findFirstOrThrow({ where: { text: 'relu(x)' } })
  const owner = { datasetId: dataset.id, activationId }
  await database.prisma.evaluation.create({ data: { ...owner, expression: 'relu(x)', origin: 'IMPORTED' } })
  await database.prisma.fisherSpectrum.create({ data: { ...owner, datasetVersion: '7', values: new Uint8Array(16) } })
  assert.equal(await openPublished(database, { name, spectrumLength: 4 }), false)
  const moved = await database.prisma.dataset.findUniqueOrThrow({ where: { name } })
  const expected = getTrainableDataset(name).version
  assert.deepEqual([moved.version, moved.trainable, moved.fisherSpectrumLength], [expected, true, 4])
  assert.equal((await database.prisma.fisherSpectrum.findFirstOrThrow({ where: owner })).datasetVersion, expected)
  assert.equal(await openPublished(database, { name: 'mini-cnn', spectrumLength: 4 }), false)
})

test('a worker that has the pictures creates the dataset, and one without them does not', async (t) => {
  await openBackend('wasm')
  const name = 'act-bench-vit'
  const dataset = getTrainableDataset(name)
  const { task } = dataset
  const problems: string[] = []
  const look = async (backend: OpenedBackend['name']) => {
    const places = { dataFolder: null, tasksFolder: makeFolder(), named: [] }
    const onProblem = (name: string, problem: string) => void problems.push(`${name}: ${problem}`)
    const datasets = openWorkerDatasets(database, { places, backend, onChange: async () => {}, onProblem })
    await datasets.refresh()
    const created = await database.prisma.dataset.findUnique({ where: { name } })
    return { created, isTrained: datasets.find(name) !== undefined }
  }
  assert.deepEqual(await look('tfjs-webgpu'), { created: null, isTrained: false })
  dataset.task = { create: () => getImageTask(getTrainableDataset('mini-cnn')) }
  t.after(() => Object.assign(dataset, { task }))
  // On wasm, the first step would end all trainings of the process, so they wait for another worker.
  const { created, isTrained } = await look('tfjs-wasm')
  assert.equal(isTrained, false)
  assert.match(problems.join('\n'), /^act-bench-vit: a step needs at least 10\.5 GiB of memory for 128 inputs; /m)
  assert.deepEqual([created?.origin, created?.version, created?.trainable], ['TRAINED', dataset.version, true])
  assert.ok((created?.fisherSpectrumLength ?? 0) > 1000)
  assert.equal((await look('tfjs-webgpu')).isTrained, true)
})

function readDataset() {
  return database.prisma.dataset.findUniqueOrThrow({ where: { name: NAME } })
}

/** Stores what a worker would. */
async function storeRun(
  job: { id: number; datasetId: number; activationId: number; expression: string },
  validationAccuracy: number,
) {
  const { datasetId, activationId, expression } = job
  const row = { datasetId, activationId, validationAccuracy }
  const { id } = await database.prisma.evaluation.create({ data: { ...row, expression, origin: 'TRAINED' } })
  await database.prisma.run.create({
    data: { ...row, evaluationId: id, datasetVersion: version, seed: 0, backend: 'tfjs-wasm' },
  })
}

async function readRows() {
  const rows = await database.prisma.evaluation.findMany({
    where: { dataset: { name: NAME } },
    include: { runs: true },
    orderBy: { expression: 'asc' },
  })
  return rows.map((row) => [
    ...[row.expression, row.origin, row.validationAccuracy],
    row.runs.map((run) => run.validationAccuracy),
  ])
}

function write(accuracies: Record<string, number>): string {
  const path = join(makeFolder(), 'file.json')
  const rows = Object.entries(accuracies).map(([name, accuracy]) => [name, { 'Validation Accuracy': accuracy }])
  writeFileSync(path, JSON.stringify(Object.fromEntries(rows)))
  return path
}
