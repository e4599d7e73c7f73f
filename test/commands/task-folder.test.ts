import assert from 'node:assert/strict'
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Database } from '../../src/db/connection/client.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { trainActivation } from '../../src/services/trainings/train-activation.js'
import { waitingFor } from '../../src/services/trainings/waiting-for.js'
import { runActbench } from '../support/actbench.js'
import { openTestDatabase } from '../support/database.js'
import { findJob, waitForState } from '../support/fixtures/tiny-training.js'
import { createViewer } from '../support/fixtures/training-fixture.js'
import { makeFolder } from '../support/folder.js'
import { waitUntil } from '../support/wait-until.js'
import { startWorkerProcess } from '../support/worker-process.js'

test('vectors of a CSV file are checked without a service, and trained into a file after they were added', async (t) => {
  const { folder, environment } = await open(t)
  const checked = await runActbench(['task', 'check', folder], { ...environment, DATABASE_URL: '' })
  assert.equal(checked.status, 0, checked.stderr)
  assert.match(checked.stdout, /^iris 1: Iris\ndata: 90 rows to train, 30 to validate, 30 to test; 4; 3 classes\n/)
  assert.match(checked.stdout, /^network: 131 weights; Fisher spectra of 20 values$/m)
  assert.match(checked.stdout, /^the folder is complete\. Next: actbench task add /m)
  assert.equal((await runActbench(['task', 'add', folder], environment)).status, 0)
  const list = join(folder, 'functions.txt')
  writeFileSync(list, 'tanh(x)\nrelu(x)\n')
  const output = join(folder, 'runs.jsonl')
  const trained = await runActbench(
    ['train', 'iris', '--list', list, '--output', output, '--processes', '1'],
    environment,
  )
  assert.equal(trained.status, 0, trained.stderr)
  const lines = readFileSync(output, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ dataset, version, expression }) => [dataset, version, expression]),
    [
      ['iris', '1', 'tanh(x)'],
      ['iris', '1', 'relu(x)'],
    ],
  )
  assert.ok(lines[0].testAccuracy > 0.8, `${lines[0].testAccuracy}`)
  const code = await runActbench(['code', 'relu(x)', '--normalized-for', 'iris'], environment)
  assert.match(code.stdout, /etworks of iris/)
})

test('a wrong folder is refused in one line, and nothing is registered', async (t) => {
  const { folder, database, environment } = await open(t)
  const file = join(folder, 'task.json')
  const good = readFileSync(file, 'utf8')
  const cases: [string, string, RegExp][] = [
    ['"classes": [', '"classs": [', /task\.json: data: unknown key 'classs'; expected one of train, /],
    ['"units": 3', '"units": 4', /task\.json: network.*expected a vector of 3 numbers, one for each class, .* got 4$/],
    ['"dense"', '"dens"', /task\.json: network\.layers\[0\]\.type: .*expected one of .*got "dens"/],
    ['"epochs": 20', '"epoch": 20', /task\.json: recipe: .*unknown key.*"epoch"/],
    ['"batchSize": 10', '"batchSize": 100', /task\.json: recipe\.batchSize: expected at most 90, .* got 100$/],
    ['iris.csv', 'iris.npy', /iris\.npy: expected a file, got nothing$/],
    [
      '"virginica"',
      '"versicolour"',
      /iris\.csv: line 102, column 'species': expected one of the classes .*, got 'virginica'$/,
    ],
    ['"name": "iris"', '"name": "mini-cnn"', /name: expected a name that is not reserved .*mini-cnn/],
    ['{', '{,', /task\.json: line 1, column 2: expected JSON, got ',/],
  ]
  for (const [before, after, message] of cases) {
    assert.ok(good.includes(before), before)
    writeFileSync(file, good.replace(before, after))
    const { status, stdout, stderr } = await runActbench(['task', 'add', folder], environment)
    assert.notEqual(status, 0, stdout)
    assert.match(stderr.trimEnd(), message)
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
  }
  assert.equal(await database.prisma.dataset.count(), 0)
})

test('jobs wait while no worker has the data unchanged, and say so', async (t) => {
  const { folder, dataFolder, database, environment } = await open(t)
  assert.equal((await runActbench(['task', 'add', folder], environment)).status, 0)
  const viewer = await createViewer(database, 'trainer', ['TRAIN'])
  const train = async (expression: string) => {
    const { jobs } = await trainActivation(database, viewer, { dataset: 'iris', expression, seeds: [0] })
    return jobs[0].id
  }
  const first = await train('tanh(x)')
  assert.match(await sayWaiting(database, first), /^no worker for iris is connected$/)
  const data = join(folder, 'iris.csv')
  const good = readFileSync(data, 'utf8')
  writeFileSync(data, good.replace('5.1,3.5', '5.2,3.5'))
  const worker = await startWorkerProcess(t, database.url, { dataFolder })
  await waitUntil(async () => /iris\.csv: expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}/.test(worker.log()))
  assert.match(
    await sayWaiting(database, first),
    /^no worker for iris is connected: those that are lack its data or its recipe$/,
  )
  const listed = await runActbench(['task', 'list'], environment)
  assert.match(listed.stdout, /0 workers {2}not here: .*iris\.csv: expected SHA-256/)
  writeFileSync(data, good)
  await waitForState(database, first, 'SUCCEEDED')
  renameSync(folder, `${folder}-elsewhere`)
  await waitUntil(async () =>
    (await database.prisma.worker.findFirstOrThrow()).datasets.every((name) => name !== 'iris'),
  )
  const second = await train('erf(x)')
  assert.match(await sayWaiting(database, second), /lack its data or its recipe$/)
  await startWorkerProcess(t, database.url, { taskFolders: [`${folder}-elsewhere`] })
  await waitForState(database, second, 'SUCCEEDED')
})

test('a worker takes tasks from the folders of ACTBENCH_TASKS', async (t) => {
  const { folder, database, environment } = await open(t)
  assert.equal((await runActbench(['task', 'add', folder], environment)).status, 0)
  await startWorkerProcess(t, database.url, { tasksFolder: join(folder, '..') })
  const workers = await database.prisma.worker.findMany()
  assert.ok(workers[0].datasets.includes('iris'))
  assert.ok(workers[0].tasks.includes('train_activation:iris@1'))
})

async function open(t: TestContext) {
  const database = await openTestDatabase(t)
  const folder = join(makeFolder(), 'iris-task')
  cpSync(join(PROJECT_ROOT, 'test/data/iris-task'), folder, { recursive: true })
  const dataFolder = join(makeFolder(), 'data')
  const environment = { DATABASE_URL: database.url, ACTBENCH_DATA: dataFolder, ACTBENCH_BACKEND: 'wasm' }
  return { database, folder, dataFolder, environment }
}

async function sayWaiting(database: Database, id: number): Promise<string> {
  const job = await findJob(database, id)
  return (await waitingFor(database.prisma, [job])).get(id)?.waitingFor ?? ''
}
