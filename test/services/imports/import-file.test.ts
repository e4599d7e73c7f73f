import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { RowIssue } from '../../../src/datasets/reading/parse-row.js'
import { decompressRow } from '../../../src/datasets/reading/source-row-codec.js'
import type { Database } from '../../../src/db/connection/client.js'
import { findEvaluations } from '../../../src/db/evaluations/find-evaluations.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { openTestDatabase } from '../../support/database.js'
import { IRREGULAR_ROWS, IRREGULAR_TEXT } from '../../support/fixtures/irregular-file.js'
import { makeFolder } from '../../support/folder.js'

test('a file becomes a dataset with its provenance; unusable values are reported, and their rows are kept', async (t) => {
  const database = await openTestDatabase(t)
  const issues: RowIssue[] = []
  const describe = { title: 'A title', license: 'A licence', citation: '@misc{x}', sourceUrl: 'https://example.org/x' }
  const path = write(IRREGULAR_TEXT)
  const summary = await importFile(database, { path, dataset: 'odd', describe, onIssue: (issue) => issues.push(issue) })
  const checksum = createHash('sha256').update(IRREGULAR_TEXT).digest('hex')
  const bytes = Buffer.byteLength(IRREGULAR_TEXT)
  const counts = { rows: 10, runs: 0, evaluations: 7, spectra: 2, spectrumLength: 4 }
  assert.deepEqual(summary, { outcome: 'IMPORTED', ...counts, checksum, bytes })
  const dataset = await database.prisma.dataset.findUniqueOrThrow({ where: { name: 'odd' } })
  assert.deepEqual(
    [dataset.origin, dataset.title, dataset.license, dataset.citation, dataset.sourceUrl, dataset.sourceChecksum],
    ['IMPORTED', 'A title', 'A licence', '@misc{x}', 'https://example.org/x', checksum],
  )
  assert.equal(dataset.fisherSpectrumLength, 4)
  const softsign = await database.prisma.evaluation.findFirstOrThrow({ where: { expression: 'softsign(x)' } })
  assert.deepEqual([softsign.origin, softsign.validationAccuracy, softsign.trainLoss], ['IMPORTED', 0.4, 0.1])
  assert.deepEqual([...new Set(issues.map((issue) => issue.code))].sort(), [
    ...['MISSING_METRIC', 'NOT_AN_OBJECT', 'REPEATED_KEY', 'UNKNOWN_KEY', 'UNUSABLE_EXPRESSION', 'UNUSABLE_METRIC'],
    ...['UNUSABLE_SPECTRUM', 'WRONG_SPECTRUM_LENGTH'],
  ])
  const wrongLength = issues.find((issue) => issue.code === 'WRONG_SPECTRUM_LENGTH')
  assert.deepEqual([wrongLength?.key, wrongLength?.byteOffset], ['swish(x)', IRREGULAR_TEXT.indexOf('[0.1, 0.2, 0.3]')])
  const stored = await database.prisma.sourceRow.findMany({ orderBy: { position: 'asc' } })
  const kept = await Promise.all(stored.map((row) => decompressRow(row.bytes)))
  assert.deepEqual(kept.map(String), IRREGULAR_ROWS)
})

test('of two rows with the same function, a look-up by expression finds the row that lists it', async (t) => {
  const database = await openTestDatabase(t)
  await importFile(database, { path: write(IRREGULAR_TEXT), dataset: 'odd' })
  const { activationId, datasetId } = await database.prisma.evaluation.findFirstOrThrow({
    where: { expression: 'relu(x)' },
  })
  const texts = ['relu(x)', 'max(zero(x),identity(x))', 'relu(relu(x))', 'abs(relu(x))']
  const found = await findEvaluations(
    database.kysely,
    texts.map((expression) => ({ datasetId, activationId, expression })),
  )
  assert.deepEqual(
    found.map((evaluation) => evaluation?.expression),
    ['relu(x)', 'max(zero(x),identity(x))', 'max(zero(x),identity(x))', 'relu(x)'],
  )
})

test('the same file again changes nothing, compressed or not; another file needs isReplacing', async (t) => {
  const database = await openTestDatabase(t)
  await importFile(database, { path: write(IRREGULAR_TEXT), dataset: 'odd', describe: { title: 'Kept' } })
  const before = await readTables(database)
  const again = await importFile(database, { path: write(gzipSync(IRREGULAR_TEXT)), dataset: 'odd' })
  assert.deepEqual([again.outcome, again.rows, again.evaluations, again.spectra], ['UNCHANGED', 10, 7, 2])
  const other = write('{"relu(x)": {"Validation Accuracy": 0.9}}')
  await assert.rejects(importFile(database, { path: other, dataset: 'odd' }), {
    code: 'CONFLICT',
    message: /--replace/,
  })
  assert.deepEqual(await readTables(database), before)
  const replaced = await importFile(database, { path: other, dataset: 'odd', isReplacing: true })
  assert.deepEqual([replaced.outcome, replaced.rows, replaced.evaluations, replaced.spectra], ['REPLACED', 1, 1, 0])
  const dataset = await database.prisma.dataset.findUniqueOrThrow({ where: { name: 'odd' } })
  assert.deepEqual([dataset.title, dataset.version, dataset.fisherSpectrumLength], ['Kept', '2', null])
})

test('if an import was killed before it queued a surrogate, the same import again queues it once', async (t) => {
  const database = await openTestDatabase(t)
  const rows = Array.from(
    { length: 20 },
    (_, i) => `"${'tanh('.repeat(i + 1)}x${')'.repeat(i + 1)}": {"Validation Accuracy": 0.5}`,
  )
  const path = write(`{${rows.join(',')}}`)
  assert.equal((await importFile(database, { path, dataset: 'some' })).outcome, 'IMPORTED')
  assert.equal(await database.prisma.surrogate.count(), 1)
  await database.prisma.surrogate.deleteMany()
  for (let i = 0; i < 2; i++) {
    assert.equal((await importFile(database, { path, dataset: 'some' })).outcome, 'UNCHANGED')
    assert.equal(await database.prisma.surrogate.count(), 1)
  }
})

test('a malformed or incomplete file changes nothing', async (t) => {
  const database = await openTestDatabase(t)
  const many = Array.from(
    { length: 200 },
    (_, i) => `"${'relu('.repeat((i % 20) + 1)}x${')'.repeat((i % 20) + 1)}": {}`,
  )
  const text = `{${many.join(',')}}`
  const before = await readTables(database)
  for (const end of [0, 1, 500, text.length - 1]) {
    const path = write(text.slice(0, end))
    await assert.rejects(importFile(database, { path, dataset: 'cut' }), {
      name: 'MalformedFileError',
      byteOffset: end,
    })
  }
  assert.deepEqual(await readTables(database), before)
})

test('a dataset that was not imported does not change, and the name must be valid', async (t) => {
  const database = await openTestDatabase(t)
  const kept = { version: '1', title: '', description: '', architecture: '', task: '', origin: 'TRAINED' as const }
  await database.prisma.dataset.create({ data: { ...kept, name: 'mine' } })
  const path = write(IRREGULAR_TEXT)
  for (const isReplacing of [false, true]) {
    await assert.rejects(importFile(database, { path, dataset: 'mine', isReplacing }), { code: 'CONFLICT' })
  }
  await assert.rejects(importFile(database, { path, dataset: 'My data' }), { code: 'BAD_USER_INPUT' })
  assert.equal(await database.prisma.evaluation.count(), 0)
})

async function readTables({ pool }: Database): Promise<unknown> {
  const tables = ['datasets', 'evaluations', 'source_rows', 'fisher_spectra', 'activations', 'expressions']
  return Promise.all(tables.map(async (table) => (await pool.query(`SELECT * FROM ${table} ORDER BY 1, 2`)).rows))
}

function write(content: string | Uint8Array): string {
  const path = join(makeFolder(), 'file.json')
  writeFileSync(path, content)
  return path
}
