import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { addEvaluations } from '../../../src/services/evaluations/add-evaluations.js'
import { exportDataset } from '../../../src/services/exports/export-dataset.js'
import type { ExportFormat } from '../../../src/services/exports/export-formats.js'
import { openTestDatabase } from '../../support/database.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['DATASET'])
const note = { note: 'a "quoted", word\n', list: [1, null] }
const ROWS = Array.from({ length: 120 }, (_, seed) => ({
  expression: seed % 2 === 0 ? 'max(x,tanh(x))' : 'tanh(x)',
  seed,
  validationAccuracy: seed / 200,
  testLoss: seed === 3 ? null : 1e20,
  metadata: seed === 5 ? null : note,
}))
await createDataset(database, owner, { name: 'mine', title: 't', description: 'd', architecture: 'a', task: 't' })
await addEvaluations(database, owner, { dataset: 'mine', rows: ROWS })
await database.kysely
  .insertInto('run_epochs')
  .columns(['run_id', 'epoch', 'train_accuracy', 'train_loss', 'validation_accuracy', 'validation_loss'])
  .expression((eb) =>
    eb
      .selectFrom('runs')
      .select((e) => ['id', e.lit(1).as('epoch'), e.lit(0.1).as('a')])
      .select((e) => [e.lit(2).as('b'), e.lit(0.25).as('c'), e.lit(null).as('d')])
      .where('seed', 'in', [1, 119]),
  )
  .execute()

test('runs as Parquet have the values, types and order of the runs', async () => {
  const rows = await readParquet('runs.parquet')
  assert.deepEqual(
    rows.map(({ expression, seed, validationAccuracy, testLoss, metadata }) => ({
      ...{ expression, seed, validationAccuracy, testLoss, metadata: metadata && JSON.parse(String(metadata)) },
    })),
    ROWS,
  )
  const { dataset, version, activationId, createdAt, backend } = rows[0]
  assert.deepEqual([dataset, version, backend], ['mine', '1', null])
  assert.match(String(activationId), /^[0-9a-f]{64}$/)
  assert.ok(createdAt instanceof Date && Math.abs(createdAt.getTime() - Date.now()) < 1e6)
})

test('runs as CSV have quoted texts, and empty cells for null', async () => {
  const lines = (await readText('runs.csv')).split(/\n(?=")/)
  assert.match(
    lines[0],
    /^dataset,version,expression,activationId,seed,trainAccuracy,.*,metadata,learnedParameters,endReason,createdAt$/,
  )
  assert.equal(lines.length, 121)
  assert.match(
    lines[4],
    /^"mine","1","tanh\(x\)","[0-9a-f]{64}",3,,,0\.015,,,,,,,,"\{""note"":""a \\""quoted\\"", word\\n"",/,
  )
  assert.match(lines[4], /,,\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  assert.match(lines[6], /,,,,,\d{4}-\d\d-\d\dT[\d:.]+Z$/)
})

test('learning curves have one row per epoch, in the order of the runs', async () => {
  const expected = [1, 119].map((seed) => ({
    ...{ dataset: 'mine', version: '1', expression: 'tanh(x)', seed, epoch: 1 },
    ...{ trainAccuracy: 0.1, trainLoss: 2, validationAccuracy: 0.25, validationLoss: null },
  }))
  const strip = (rows: Record<string, unknown>[]) => rows.map(({ activationId: _, ...row }) => row)
  assert.deepEqual(strip(await readParquet('epochs.parquet')), expected)
  const lines = (await readText('epochs.jsonl')).trimEnd().split('\n')
  assert.deepEqual(strip(lines.map((line) => JSON.parse(line))), expected)
  assert.match(lines[0], /"trainLoss":2\.0,/)
  const csv = (await readText('epochs.csv')).split('\n')
  assert.match(csv[1], /^"mine","1","tanh\(x\)","[0-9a-f]{64}",1,1,0\.1,2\.0,0\.25,$/)
  assert.equal(csv.length, 4)
})

test('a dataset without runs gives tables without rows', async () => {
  await createDataset(database, owner, { name: 'none', title: 't', description: 'd', architecture: 'a', task: 't' })
  assert.deepEqual(await readParquet('runs.parquet', 'none'), [])
  assert.deepEqual(await readParquet('epochs.parquet', 'none'), [])
  assert.equal((await readText('runs.csv', 'none')).split('\n').length, 2)
  assert.equal(await readText('epochs.jsonl', 'none'), '')
})

test('the name of a parameter keeps its quotes in every CSV', async () => {
  const expression = 'mul(param(0.5,"q"),tanh(x))'
  await createDataset(database, owner, { name: 'named', title: 't', description: 'd', architecture: 'a', task: 't' })
  await addEvaluations(database, owner, { dataset: 'named', rows: [{ expression, validationAccuracy: 0.5 }] })
  const cell = '"mul(param(0.5,""q""),tanh(x))"'
  assert.ok((await readText('csv', 'named')).split('\n')[1].startsWith(`${cell},`))
  assert.ok((await readText('runs.csv', 'named')).includes(`"named","1",${cell},`))
})

async function readBytes(format: ExportFormat, dataset: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of exportDataset(database, { dataset, format })) chunks.push(Buffer.from(chunk as string))
  return Buffer.concat(chunks)
}

async function readText(format: ExportFormat, dataset = 'mine'): Promise<string> {
  return (await readBytes(format, dataset)).toString()
}

async function readParquet(format: ExportFormat, dataset = 'mine'): Promise<Record<string, unknown>[]> {
  const bytes = await readBytes(format, dataset)
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  return await parquetReadObjects({ file })
}
