import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import type { Database } from '../../../src/db/connection/client.js'
import { exportDataset } from '../../../src/services/exports/export-dataset.js'
import type { ExportFormat } from '../../../src/services/exports/export-formats.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { openTestDatabase } from '../../support/database.js'
import { makeFolder } from '../../support/folder.js'

/** Functions with poles or with values beyond float32, and losses that are large, whole or missing. */
const ROWS = {
  'reciprocal(zero(x))': { 'Validation Accuracy': 0.5, 'Validation Loss': 1e20 },
  'exp(exp(square(x)))': { 'Validation Accuracy': 1, 'Validation Loss': 123456789012345680000 },
  'log_sigmoid(reciprocal(zero(x)))': { 'Validation Accuracy': 0, 'Validation Loss': 9007199254740994 },
  'pow(negative(x),sigmoid(x))': { 'Validation Accuracy': 0.25, 'Validation Loss': 1e39, 'Runtime (s)': 3 },
  'relu(x)': { 'Validation Accuracy': 0.75, 'Validation Loss': 1e300, 'Test Loss': 1e-9 },
}

test('outputs that are not finite as float32 are null in Parquet, and infinity or NaN in NPY', async (t) => {
  const database = await openRows(t)
  const bytes = await read(database, 'parquet')
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  const rows = await parquetReadObjects({ file })
  const npy = await read(database, 'outputs.npy')
  const matrix = new Float32Array(npy.buffer.slice(npy.byteOffset + npy.length - 4 * 1000 * rows.length))
  const counts: Record<string, number> = {}
  for (const [i, row] of rows.entries()) {
    assert.equal(row.outputs.length, 1000)
    counts[row.expression] = row.outputs.filter((value: number | null) => value === null).length
    const stored = Array.from(matrix.subarray(1000 * i, 1000 * (i + 1)))
    assert.deepEqual(
      row.outputs,
      stored.map((value) => (Number.isFinite(value) ? value : null)),
    )
  }
  assert.equal(counts['reciprocal(zero(x))'], 1000)
  assert.ok(counts['exp(exp(square(x)))'] > 0 && counts['exp(exp(square(x)))'] < 1000)
  assert.ok(counts['pow(negative(x),sigmoid(x))'] > 400)
  assert.equal(counts['relu(x)'], 0)
  assert.deepEqual(
    rows.map((row) => row.validationLoss),
    Object.values(ROWS).map((row) => row['Validation Loss']),
  )
})

test('every number of JSON, JSON Lines and CSV reads as a float, and none as an integer beyond 2^53', async (t) => {
  const database = await openRows(t)
  await database.prisma.dataset.update({ where: { name: 'poles' }, data: { origin: 'REPORTED' } })
  const [json, lines, csv] = await Promise.all(
    (['json', 'jsonl', 'csv'] as const).map(async (format) => (await read(database, format)).toString()),
  )
  for (const text of [json, lines, csv]) {
    const numbers = text.replace(/[0-9a-f]{64}/g, 'id').match(/(?<=[:,[])-?\d[^,\]}\n]*/g) ?? []
    assert.ok(numbers.length > 10)
    for (const number of numbers) assert.match(number, /^-?\d+(\.\d+)?(e[+-]\d+)?$/)
    for (const number of numbers) assert.match(number, /[.e]/, `${number} is an integer`)
  }
  assert.ok(
    lines.includes('"validationLoss":1e+20') && csv.includes(',1e+20,') && json.includes('"Validation Loss":1e+20'),
  )
  assert.deepEqual(
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).validationLoss),
    Object.values(ROWS).map((row) => row['Validation Loss']),
  )
})

async function openRows(t: TestContext): Promise<Database> {
  const database = await openTestDatabase(t)
  const path = join(makeFolder(), 'file.json')
  writeFileSync(path, JSON.stringify(ROWS))
  await importFile(database, { path, dataset: 'poles' })
  return database
}

async function read(database: Database, format: ExportFormat): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of exportDataset(database, { dataset: 'poles', format }))
    chunks.push(Buffer.from(chunk as string))
  return Buffer.concat(chunks)
}
