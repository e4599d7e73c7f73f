import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Database } from '../../../src/db/connection/client.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { addEvaluations } from '../../../src/services/evaluations/add-evaluations.js'
import { exportDataset } from '../../../src/services/exports/export-dataset.js'
import type { ExportFormat } from '../../../src/services/exports/export-formats.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { openTestDatabase } from '../../support/database.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'
import { makeFolder } from '../../support/folder.js'

const NAMED = 'mul(param(0.5,"slope"),tanh(x))'
const ROWS = [
  {
    expression: NAMED,
    seed: 0,
    validationAccuracy: 0.1 + 0.2,
    testLoss: 1e20,
    metadata: { note: 'a "b",\n', list: [1] },
  },
  { expression: NAMED, seed: 2_147_483_647, validationAccuracy: 1, testLoss: 5e-324 },
  { expression: 'max(x,tanh(x))', seed: null, validationAccuracy: 0, trainLoss: -1.5, runtimeSeconds: 0 },
  { expression: 'swish(x)', seed: 7, validationAccuracy: null, testAccuracy: 0.25 },
]
const LEARNED = [{ name: 'slope', initialValue: 0.5, values: [[0.25, 1e-9]] }]

test('a dataset of a client survives the export of its runs and an import, with seeds and learned parameters', async (t) => {
  const database = await openTestDatabase(t)
  const owner = await createViewer(database, 'owner', ['DATASET'])
  await createDataset(database, owner, { name: 'mine', title: 't', description: 'd', architecture: 'a', task: 't' })
  await addEvaluations(database, owner, { dataset: 'mine', rows: ROWS })
  await database.pool.query(`UPDATE runs SET learned_parameters = $1 WHERE seed = 0`, [JSON.stringify(LEARNED)])
  const expected = await listRuns(database)
  assert.equal(expected.length, ROWS.length)
  for (const format of ['runs.jsonl', 'runs.csv', 'runs.parquet'] as const) {
    const { copy, issues } = await copyDataset(t, database, format)
    assert.deepEqual(await listRuns(copy), expected, format)
    assert.deepEqual(new Set(issues), new Set(['UNKNOWN_COLUMN', 'NEGATIVE_LOSS']), format)
  }
})

test('a table with ranks and properties is imported as its results', async (t) => {
  const database = await openTestDatabase(t)
  const owner = await createViewer(database, 'owner', ['DATASET'])
  await createDataset(database, owner, { name: 'mine', title: 't', description: 'd', architecture: 'a', task: 't' })
  await addEvaluations(database, owner, { dataset: 'mine', rows: ROWS.map((row) => ({ ...row, trainLoss: 1 })) })
  const results = await listResults(database)
  for (const format of ['evaluations.jsonl', 'evaluations.csv', 'evaluations.parquet', 'parquet'] as const) {
    const { copy, issues } = await copyDataset(t, database, format)
    assert.deepEqual(await listResults(copy), results, format)
    assert.deepEqual(issues, [], format)
    assert.deepEqual(new Set((await listRuns(copy)).map(({ metadata }) => metadata)), new Set([null]))
  }
})

test('numbers that JSON does not have are missing, and reported', async (t) => {
  const database = await openTestDatabase(t)
  const text = `{"expression":${JSON.stringify(NAMED)},"seed":0,"validationAccuracy":NaN,"testLoss":-Infinity,"trainLoss":1}\n`
  const issues = await importText(database, text)
  assert.deepEqual(issues, ['UNUSABLE_METRIC', 'UNUSABLE_METRIC'])
  const [run] = await listRuns(database)
  assert.deepEqual(
    [run.expression, run.seed, run.validation_accuracy, run.test_loss, run.train_loss],
    [NAMED, 0, null, null, 1],
  )
})

async function copyDataset(t: TestContext, database: Database, format: ExportFormat) {
  const chunks: Buffer[] = []
  for await (const chunk of exportDataset(database, { dataset: 'mine', format }))
    chunks.push(Buffer.from(chunk as string))
  const copy = await openTestDatabase(t)
  return { copy, issues: await importText(copy, Buffer.concat(chunks)) }
}

async function importText(database: Database, text: string | Buffer): Promise<string[]> {
  const path = join(makeFolder(), 'file.txt')
  writeFileSync(path, text)
  const issues: string[] = []
  await importFile(database, { path, dataset: 'mine', onIssue: ({ code }) => void issues.push(code) })
  return issues
}

const METRICS = ['train_accuracy', 'train_loss', 'validation_accuracy', 'validation_loss', 'test_accuracy', 'test_loss']

async function listRuns(database: Database) {
  const metrics = METRICS.map((name) => `r.${name}`).join(', ')
  const { rows } = await database.pool.query(
    `SELECT e.expression, r.seed, ${metrics}, r.runtime_seconds, r.metadata, r.learned_parameters
     FROM runs r JOIN evaluations e ON e.id = r.evaluation_id ORDER BY r.id`,
  )
  return rows
}

async function listResults(database: Database) {
  const { rows } = await database.pool.query(
    `SELECT expression, ${METRICS.join(', ')}, runtime_seconds FROM evaluations ORDER BY id`,
  )
  return rows
}
