import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { EQUIVALENTS_KEY, METRIC_KEYS, SPECTRUM_KEY } from '../../../src/datasets/act-bench.js'
import type { Database } from '../../../src/db/connection/client.js'
import { describeProvenance, exportDataset } from '../../../src/services/exports/export-dataset.js'
import type { ExportFormat } from '../../../src/services/exports/export-formats.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { openTestDatabase } from '../../support/database.js'
import { IRREGULAR_TEXT } from '../../support/fixtures/irregular-file.js'
import { makeFolder } from '../../support/folder.js'

test('a file with every irregularity is exported unchanged: every value and every row, in the same order', async (t) => {
  const database = await openTestDatabase(t)
  await importText(database, 'odd', IRREGULAR_TEXT)
  assert.equal((await read(database, 'odd', 'json')).trimEnd(), IRREGULAR_TEXT)
})

test('a file of any rows is exported unchanged', async (t) => {
  const database = await openTestDatabase(t)
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0.0', '1e400', '1E+5', '0.12345678901234567890', '2e-400'),
  )
  const space = fc.constantFrom('', ' ', '\n\t')
  const list = fc.array(number, { maxLength: 4 }).map((numbers) => `[${numbers.join(',')}]`)
  const field = fc.oneof(
    fc.record({ name: fc.constantFrom(...Object.keys(METRIC_KEYS)), value: number }),
    fc.record({ name: fc.constant(SPECTRUM_KEY), value: list }),
    fc.record({
      name: fc.oneof(fc.constant(EQUIVALENTS_KEY), fc.string({ unit: 'binary' })),
      value: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
    }),
  )
  const object = fc.record({ fields: fc.array(field, { maxLength: 6 }), between: space }).map(({ fields, between }) => {
    return `{${fields.map(({ name, value }) => `${JSON.stringify(name)}:${between}${value}`).join(`${between},`)}${between}}`
  })
  const key = fc.oneof(
    fc.constantFrom('relu(x)', 'tanh(x)', 'max( x, zero(x))', 'swish(x)', 'relu(relu(x))', 'erf(relu(x))'),
    fc.string({ unit: 'binary' }),
  )
  const row = fc
    .record({ key, value: fc.oneof(object, object, number), between: space })
    .map(({ key, value, between }) => `${JSON.stringify(key)}${between}: ${value}`)
  let count = 0
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), space, async (rows, between) => {
      const name = `random-${++count}`
      await importText(database, name, `${between}{${rows.join(`${between},`)}${between}}`)
      assert.equal(await read(database, name, 'json'), `{${rows.join(', ')}}\n`)
    }),
    { numRuns: 25 },
  )
})

test('rows keep their order over several pages, and a file without rows is valid', async (t) => {
  const database = await openTestDatabase(t)
  const names = Array.from(
    { length: 120 },
    (_, i) => `prod_n(${Array(1 + (i % 12)).fill('x')},sum_n(${Array(1 + Math.floor(i / 12)).fill('x')}))`,
  )
  const text = `{${names
    .reverse()
    .map((name, i) => `"${name}": {"Test Loss": ${i}e-1}`)
    .join(', ')}}\n`
  await importText(database, 'many', text)
  assert.equal(await read(database, 'many', 'json'), text)
  const lines = (await read(database, 'many', 'jsonl')).trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).expression),
    names,
  )
  await importText(database, 'none', ' { }')
  assert.equal(await read(database, 'none', 'json'), '{}\n')
})

test('JSON lines have the names of the API and float32 spectra; CSV has no vectors', async (t) => {
  const database = await openTestDatabase(t)
  await importText(database, 'odd', IRREGULAR_TEXT)
  const lines = (await read(database, 'odd', 'jsonl')).trimEnd().split('\n')
  const rows = lines.map((line) => JSON.parse(line))
  assert.deepEqual(
    rows.map((row) => row.expression),
    ['tanh(x)', 'relu(x)', 'max(zero(x),identity(x))', 'sigmoid(x)', 'swish(x)', 'elu(x)', 'softsign(x)'],
  )
  assert.deepEqual(rows[0].fisherSpectrum, [0, 0.12345679, 0.5, 1])
  assert.deepEqual([rows[3].trainLoss, rows[3].fisherSpectrum, rows[3].runtimeSeconds], [null, null, 100])
  assert.deepEqual(rows[2].equivalents, ['max(zero(x),identity(x))', 'relu(relu(x))'])
  assert.match(rows[1].activationId, /^[0-9a-f]{64}$/)
  assert.equal(rows[1].activationId, rows[2].activationId)
  const [head, first, second] = (await read(database, 'odd', 'csv')).split('\n')
  assert.match(head, /^expression,activationId,trainAccuracy,trainLoss,validationAccuracy,/)
  assert.equal(first, `"tanh(x)",${rows[0].activationId},0.9,0.1,0.7,0.5,0.5,0.6,100.25`)
  assert.ok(second.startsWith('"relu(x)",'))
})

test('an export has licence, citation and source; an unknown dataset is NOT_FOUND', async (t) => {
  const database = await openTestDatabase(t)
  const describe = { license: 'A licence', citation: '@misc{x}', sourceUrl: 'https://example.org/x' }
  await importText(database, 'odd', IRREGULAR_TEXT, describe)
  const { sourceChecksum, ...about } = await describeProvenance(database, 'odd')
  assert.match(String(sourceChecksum), /^[0-9a-f]{64}$/)
  assert.deepEqual({ ...about, ...describe }, about)
  await assert.rejects(describeProvenance(database, 'nothing'), { code: 'NOT_FOUND' })
  await assert.rejects(read(database, 'nothing', 'json'), { code: 'NOT_FOUND' })
})

test('a dataset that was not imported is exported in the Act-Bench format, and can be imported', async (t) => {
  const database = await openTestDatabase(t)
  await importText(database, 'odd', IRREGULAR_TEXT)
  await database.prisma.dataset.update({ where: { name: 'odd' }, data: { origin: 'REPORTED' } })
  const text = await read(database, 'odd', 'json')
  const summary = await importText(database, 'again', text)
  assert.deepEqual([summary.rows, summary.evaluations, summary.spectra], [7, 7, 2])
  assert.equal(JSON.parse(text)['softsign(x)']['Validation Accuracy'], 0.4)
})

async function read(database: Database, name: string, format: ExportFormat): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of exportDataset(database, { dataset: name, format }))
    chunks.push(Buffer.from(chunk as string))
  return Buffer.concat(chunks).toString()
}

function importText(database: Database, dataset: string, text: string, describe = {}) {
  const path = join(makeFolder(), 'file.json')
  writeFileSync(path, text)
  return importFile(database, { path, dataset, describe })
}
