import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PROJECT_ROOT } from '../src/root.js'
import { runActbench } from './support/actbench.js'
import { openTestApi } from './support/api.js'
import { openTestDatabase } from './support/database.js'
import { makeFolder } from './support/folder.js'
import { waitUntil } from './support/wait-until.js'
import { startWorkerProcess } from './support/worker-process.js'

// The path of docs/own-task.md: from the folder of the example to a leaderboard, a spectrum and a search.

test('the digits of the example are added, trained above 0.9, searched, raised to a new version and removed', async (t) => {
  const database = await openTestDatabase(t)
  const api = await openTestApi(t, database)
  const secret = await api.createKey('ADMIN')
  const ask = async (query: string) => {
    const { data, errors } = await api.ask(query, {}, secret)
    assert.deepEqual(errors, [])
    return data
  }
  const folder = join(makeFolder(), 'digits-task')
  cpSync(join(PROJECT_ROOT, 'examples/digits-task'), folder, { recursive: true })
  const dataFolder = join(makeFolder(), 'data')
  const environment = { DATABASE_URL: database.url, ACTBENCH_DATA: dataFolder, ACTBENCH_BACKEND: 'wasm' }
  const run = (...args: string[]) => runActbench(['task', ...args], environment)
  await startWorkerProcess(t, database.url, { dataFolder })

  const added = await run('add', folder)
  assert.equal(added.status, 0, added.stderr)
  assert.match(added.stdout, /^data: 1257 rows to train, 270 to validate, 270 to test; 8 × 8 × 1; 10 classes$/m)
  assert.match(added.stdout, /^network: 9930 weights; Fisher spectra of 300 values$/m)
  assert.match(added.stdout, /^cost of a function on this machine \([a-z-]+\): about [\d.]+ s a training of 312 steps/m)
  assert.match(added.stdout, /^added digits, version 1$/m)

  const { trainActivation } = await ask(
    'mutation { trainActivation(input: { dataset: "digits", expression: "relu(x)", seeds: [0] }) { jobs { id } } }',
  )
  const { id } = trainActivation.jobs[0]
  await waitUntil(async () => {
    const { node } = await ask(`{ node(id: "${id}") { ... on TrainingJob { state failure } } }`)
    assert.notEqual(node.state, 'FAILED', node.failure)
    return node.state === 'SUCCEEDED'
  }, 300)
  const { dataset } = await ask(
    `{ dataset(name: "digits") { trainable version license searchSpace fisherSpectrumLength
       evaluation(expression: "relu(x)") { testAccuracy runs { datasetVersion epochs { epoch } } } } }`,
  )
  assert.ok(dataset.evaluation.testAccuracy > 0.9, `${dataset.evaluation.testAccuracy}`)
  assert.deepEqual([dataset.evaluation.runs[0].datasetVersion, dataset.evaluation.runs[0].epochs.length], ['1', 8])
  assert.deepEqual([dataset.trainable, dataset.license, dataset.fisherSpectrumLength], [true, 'CC BY 4.0', 300])
  assert.deepEqual(dataset.searchSpace, ['unary(unary(x))', 'binary(unary(x),unary(x))'])

  await waitUntil(async () => {
    const { activation } = await ask(
      '{ activation(expression: "relu(x)") { fisherSpectrum(dataset: "digits") { length values } } }',
    )
    return activation.fisherSpectrum?.length === 300 && activation.fisherSpectrum.values[299] === 1
  }, 300)

  const { createSearch } = await ask(
    'mutation { createSearch(input: { dataset: "digits", budget: 2, seed: 1 }) { search { id } } }',
  )
  const { suggest } = await ask(
    `mutation { suggest(input: { searchId: "${createSearch.search.id}", worker: "me" }) { suggestions { id expression } } }`,
  )
  const { reportEvaluation } = await ask(
    `mutation { reportEvaluation(input: { suggestionId: "${suggest.suggestions[0].id}", validationAccuracy: 0.97 }) { suggestion { state } } }`,
  )
  assert.equal(reportEvaluation.suggestion.state, 'COMPLETED')

  const { activation } = await ask(
    '{ activation(expression: "relu(x)") { code(target: PYTORCH, normalizedFor: "digits") } }',
  )
  assert.match(activation.code, /networks of digits/)

  const again = await run('add', folder)
  assert.match(again.stdout, /^digits, version 1, was added before and is unchanged$/m)
  change(folder, ({ recipe }) => Object.assign(recipe, { epochs: 1 }))
  const refused = await run('add', folder)
  assert.equal(refused.status, 1)
  assert.equal(
    refused.stderr,
    'actbench: version: digits version 1 is registered with another definition; expected another version, or no change of recipe.epochs (8, now 1)\n',
  )
  change(folder, (task) => Object.assign(task, { version: '2' }))
  assert.match((await run('add', folder)).stdout, /^digits now has version 2; waiting trainings move to it$/m)
  const raised = await ask(
    'mutation { trainActivation(input: { dataset: "digits", expression: "relu(x)", seeds: [0] }) { jobs { id } } }',
  )
  await waitUntil(async () => {
    const { node } = await ask(`{ node(id: "${raised.trainActivation.jobs[0].id}") { ... on TrainingJob { state } } }`)
    return node.state === 'SUCCEEDED'
  }, 300)
  assert.match(
    (await run('list')).stdout,
    /^digits {2}version 2 {2}Handwritten digits {2}1 evaluations {2}1 workers {2}data complete in /,
  )

  const kept = await run('remove', 'digits')
  assert.deepEqual(
    [kept.status, kept.stderr],
    [1, 'actbench: name: digits has 1 evaluations; repeat the command with --with-evaluations to delete them too\n'],
  )
  assert.equal((await run('remove', 'digits', '--with-evaluations')).status, 0)
  assert.equal((await ask('{ datasets { nodes { name } } }')).datasets.nodes.length, 0)
  assert.match((await run('list')).stdout, /^no task was added yet/)
})

test('the documents show the task.json of the example', () => {
  const page = readFileSync(join(PROJECT_ROOT, 'docs/own-task.md'), 'utf8')
  const [, shown] = /```json\n([\s\S]*?)```/.exec(page) ?? []
  assert.equal(shown, readFileSync(join(PROJECT_ROOT, 'examples/digits-task/task.json'), 'utf8'))
})

// biome-ignore lint/suspicious/noExplicitAny: the file has the shape of the example.
function change(folder: string, edit: (task: any) => void): void {
  const file = join(folder, 'task.json')
  const task = JSON.parse(readFileSync(file, 'utf8'))
  edit(task)
  writeFileSync(file, JSON.stringify(task))
}
