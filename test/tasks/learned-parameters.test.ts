import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import type { LearnedParameter } from '../../src/learned-parameters.js'
import { openBackend } from '../../src/networks/backends/backend.js'
import { trainNetwork } from '../../src/networks/training/train-network.js'
import { exportDataset } from '../../src/services/exports/export-dataset.js'
import { importFile } from '../../src/services/imports/import-file.js'
import { openTestApi } from '../support/api.js'
import { registerTinyDataset } from '../support/fixtures/tiny-dataset.js'
import { waitForEpochs, waitForState } from '../support/fixtures/tiny-training.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'
import { makeFolder } from '../support/folder.js'
import { startWorkerProcess } from '../support/worker-process.js'

const EXPRESSION = 'max(mul(param(0.25),x),x)'
const TRAIN = `mutation ($expression: String!) {
  trainActivation(input: { dataset: "tiny", expression: $expression, seeds: [3] }) { jobs { id } }
}`
const RUNS = `query ($expression: String!) {
  activation(expression: $expression) { evaluation(dataset: "tiny") { runs {
    seed trainLoss learnedParameters { name initialValue values }
  } } }
}`

let learned: readonly LearnedParameter[]
let trainLoss: number | null

before(async () => {
  const dataset = registerTinyDataset()
  const backend = await openBackend('wasm')
  const result = await trainNetwork({ dataset, expression: EXPRESSION, seed: 3, backend })
  assert.ok(result.learnedParameters)
  learned = result.learnedParameters
  trainLoss = result.trainLoss
})

test('the API trains a function with parameters, and its run has what was learnt, also after the worker was killed', async (t) => {
  const api = await openTestApi(t)
  const { database } = api
  await createTrainable(database, 'tiny')
  const secret = await api.createKey('TRAIN')
  const { errors } = await api.ask(TRAIN, { expression: EXPRESSION }, secret)
  assert.deepEqual(errors, [])
  const { id } = await database.prisma.trainingJob.findFirstOrThrow()
  const worker = await startWorkerProcess(t, database.url)
  await waitForEpochs(database, id, 1)
  worker.child.kill('SIGKILL')
  await startWorkerProcess(t, database.url)
  await waitForState(database, id, 'SUCCEEDED')
  const { data } = await api.ask(RUNS, { expression: EXPRESSION })
  assert.deepEqual(data.activation.evaluation.runs, [{ seed: 3, trainLoss, learnedParameters: learned }])
  assert.equal(learned.length, 1)
  assert.ok(learned[0].values.flat().every((value) => value !== 0.25))

  await api.ask(TRAIN, { expression: 'relu(x)' }, secret)
  const { id: second } = await database.prisma.trainingJob.findFirstOrThrow({ where: { expression: 'relu(x)' } })
  await waitForState(database, second, 'SUCCEEDED')
  const plain = await api.ask(RUNS, { expression: 'relu(x)' })
  assert.equal(plain.data.activation.evaluation.runs[0].learnedParameters, null)

  const exported = await exportRuns('tiny')
  const path = join(makeFolder(), 'runs.jsonl')
  writeFileSync(path, exported)
  await importFile(database, { path, dataset: 'copy' })
  const copies = (await exportRuns('copy')).trimEnd().split('\n')
  assert.deepEqual(
    copies.map((line) => JSON.parse(line).learnedParameters),
    [learned, null],
  )

  async function exportRuns(dataset: string): Promise<string> {
    let text = ''
    for await (const chunk of exportDataset(database, { dataset, format: 'runs.jsonl' })) text += chunk
    return text
  }
})
