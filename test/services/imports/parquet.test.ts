import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import zlib from 'node:zlib'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { checkFile } from '../../../src/datasets/reading/check-file.js'
import { readParquet } from '../../../src/datasets/reading/parquet/records.js'
import type { RowIssue } from '../../../src/datasets/reading/parse-row.js'
import { toFloat32Array } from '../../../src/db/statements/float32.js'
import { createRandom } from '../../../src/numeric/random.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { openTestDatabase } from '../../support/database.js'
import { makeFolder } from '../../support/folder.js'

const DATA = join(PROJECT_ROOT, 'test/data/imports')
const RUNS = [
  { expression: 'tanh(x)', seed: 0, validation: 0.5, loss: 1.5, test: 0.5 },
  { expression: 'mul(param(0.5,"slope"),tanh(x))', seed: 2_147_483_647, validation: null, loss: 2.5, test: 0.01 },
  { expression: 'max(x,tanh(x))', seed: null, validation: null, loss: null, test: 0 },
  { expression: 'swish(x)', seed: 7, validation: 0.75, loss: 0.5, test: 0.205 },
]

test('a file of pyarrow with several row groups is imported as a CSV with the same cells', async (t) => {
  for (const name of ['pyarrow-gzip', 'pyarrow-v2'])
    await t.test(name, async () => {
      const database = await openTestDatabase(t)
      const path = join(DATA, `${name}.parquet`)
      const issues: RowIssue[] = []
      const summary = await importFile(database, { path, dataset: 'mine', onIssue: (issue) => void issues.push(issue) })
      assert.equal(summary.bytes, readFileSync(path).length)
      assert.deepEqual(await listRuns(database), RUNS)
      const checked: RowIssue[] = []
      const { checksum } = await checkFile(path, { onIssue: (issue) => void checked.push(issue) })
      assert.equal(checksum, summary.checksum)
      assert.deepEqual(new Set(checked), new Set(issues))
      const codes = issues.map(({ code, line }) => `${code} ${line ?? ''}`.trim())
      assert.deepEqual(
        new Set(codes.filter((code) => !code.startsWith('UNKNOWN_COLUMN'))),
        new Set([
          ...['PERCENTAGES 1', 'UNUSABLE_METRIC 2', 'UNUSABLE_METRIC 3', 'UNUSABLE_EXPRESSION 4'],
          ...(name === 'pyarrow-gzip' ? ['UNUSABLE_SPECTRUM 5'] : []),
        ]),
      )
      const unknown = issues.filter(({ code }) => code === 'UNKNOWN_COLUMN').map(({ key, message }) => [key, message])
      assert.deepEqual(
        unknown.map(([key]) => key),
        ['steps', 'lr', 'when', 'tags'],
      )
      assert.match(unknown[3][1], /its cells are ignored$/)
      const again = await importFile(database, { path, dataset: 'mine' })
      assert.equal(again.outcome, 'UNCHANGED')
    })
})

test('damaged Snappy data are refused before they are read', async () => {
  const damaged = readFileSync(join(DATA, 'pyarrow-v2.parquet'))
  damaged[120] ^= 4
  const path = join(makeFolder(), 'damaged.parquet')
  writeFileSync(path, damaged)
  await assert.rejects(checkFile(path, { onIssue() {} }), /a page: expected 4 bytes within its Snappy data/)
})

test('other columns become metadata, and lists become spectra', async (t) => {
  const database = await openTestDatabase(t)
  await importFile(database, { path: join(DATA, 'pyarrow-gzip.parquet'), dataset: 'mine' })
  const { rows } = await database.pool.query('SELECT metadata FROM runs ORDER BY id')
  const when = '2024-01-02T03:04:05.000Z'
  assert.deepEqual(
    rows.map(({ metadata }) => metadata),
    [
      { steps: 1, lr: 0.1, when },
      { steps: '9007199254740993', lr: 'NaN', when },
      { steps: 3, lr: 'Infinity', when },
      { steps: 5, lr: 0.5, when },
    ],
  )
  const spectra = await database.prisma.fisherSpectrum.findMany({ orderBy: { activation: { expression: 'asc' } } })
  assert.deepEqual(spectra.map(({ values }) => values && [...toFloat32Array(values)]).sort(), [
    [0.25, 1],
    [0.5, 1],
  ])
})

test('a file of polars with Zstandard is imported if Node can unpack it, and refused by its name otherwise', async (t) => {
  const database = await openTestDatabase(t)
  const input = { path: join(DATA, 'polars-zstd.parquet'), dataset: 'mine' }
  if ('zstdDecompressSync' in zlib) {
    await importFile(database, input)
    assert.deepEqual(await listRuns(database), RUNS)
  } else {
    await assert.rejects(importFile(database, input), {
      name: 'MalformedFileError',
      message:
        'polars-zstd.parquet: column "expression": expected the compression UNCOMPRESSED, SNAPPY, GZIP, BROTLI, got ZSTD; write the file with compression="snappy"',
    })
  }
})

test('a wrong column is refused with the file, the column, and what was expected', async () => {
  const expression: ColumnSource = { name: 'expression', data: ['tanh(x)'], type: 'STRING' }
  const accuracy: ColumnSource = { name: 'val_acc', data: [0.5], type: 'DOUBLE' }
  const cases: [ColumnSource[], string | RegExp][] = [
    [[{ name: 'expression', data: [1], type: 'INT32' }, accuracy], 'column "expression": expected text, got INT32'],
    [[expression, { ...accuracy, data: [true], type: 'BOOLEAN' }], 'column "val_acc": expected numbers, got BOOLEAN'],
    [
      [expression, accuracy, { name: 'seed', data: [new Date(0)], type: 'TIMESTAMP' }],
      'column "seed": expected numbers, got TIMESTAMP_MILLIS',
    ],
    [
      [expression, { name: 'train_loss', data: [{ a: 1 }], type: 'JSON' }],
      /column "train_loss": expected numbers, got/,
    ],
    [[accuracy], /columns: expected one called expression, function or activation, got "val_acc"/],
    [
      [expression, { name: 'seed', data: [1], type: 'INT32' }],
      /columns: expected a metric, such as .* got "expression", "seed"/,
    ],
    [
      [expression, accuracy, { ...accuracy, name: 'valid acc' }],
      /"val_acc" and "valid acc" both are validationAccuracy/,
    ],
    [[expression, { ...accuracy, data: [101] }], /line 1, column "val_acc": expected an accuracy from 0 to 1/],
  ]
  for (const [columnData, expected] of cases) {
    const path = join(makeFolder(), 'wrong.parquet')
    writeFileSync(path, Buffer.from(parquetWriteBuffer({ columnData })))
    await assert.rejects(checkFile(path), ({ name, message }: Error) => {
      assert.equal(name, 'MalformedFileError')
      if (typeof expected === 'string') assert.equal(message, `wrong.parquet: ${expected}`)
      else assert.match(message, expected)
      return message.startsWith('wrong.parquet: ')
    })
  }
})

test('a file that ends early or is damaged is refused, and changes nothing', async (t) => {
  const database = await openTestDatabase(t)
  const whole = readFileSync(join(DATA, 'pyarrow-gzip.parquet'))
  const path = join(makeFolder(), 'cut.parquet')
  for (let length = 4; length < whole.length; length += 97) {
    writeFileSync(path, whole.subarray(0, length))
    await assert.rejects(checkFile(path), /^MalformedFileError: cut\.parquet: the end: expected PAR1/)
  }
  // The descriptions of columns and groups stay whole, and the first page of the second group is damaged.
  const damaged = Buffer.from(whole)
  damaged.fill(0xff, 2000, 2400)
  writeFileSync(path, damaged)
  await assert.rejects(importFile(database, { path, dataset: 'mine' }), {
    name: 'MalformedFileError',
    message: /^cut\.parquet: row group [1-3]: expected intact Parquet, got damage: /,
  })
  assert.deepEqual(await listRuns(database), [])
  writeFileSync(path, zlib.gzipSync(whole))
  await assert.rejects(importFile(database, { path, dataset: 'mine' }), /Parquet within gzip: .* unpack it first/)
})

test('damage that would make the reading endless is refused after some time', async () => {
  const path = join(makeFolder(), 'endless.parquet')
  const limits = { seconds: 1, bytesPerSecond: 2 ** 20, megabytes: 512 }
  // Lengths in the header of a page: the next page would be this one again.
  for (const [byte, bit] of [
    [118, 4],
    [119, 7],
    [340, 4],
  ]) {
    const damaged = readFileSync(join(DATA, 'pyarrow-v2.parquet'))
    damaged[byte] ^= 1 << bit
    writeFileSync(path, damaged)
    const read = async () => {
      for await (const _ of readParquet(path, { bytes: 0, fileBytes: 0 }, limits));
    }
    await assert.rejects(
      read,
      /^MalformedFileError: endless\.parquet: row group 1: expected intact Parquet, got damage: /,
    )
  }
})

test('any flipped bit is read as something else or refused, and never ends the process', async () => {
  const whole = readFileSync(join(DATA, 'pyarrow-v2.parquet'))
  const path = join(makeFolder(), 'flipped.parquet')
  const limits = { seconds: 1, bytesPerSecond: 2 ** 20, megabytes: 512 }
  const outcomes = { refused: 0, read: 0 }
  const random = createRandom('flipped bits')
  for (let i = 0; i < 40; i++) {
    const damaged = Buffer.from(whole)
    damaged[random.integer(whole.length)] ^= 1 << random.integer(8)
    writeFileSync(path, damaged)
    try {
      for await (const _ of readParquet(path, { bytes: 0, fileBytes: 0 }, limits));
      outcomes.read++
    } catch (error) {
      assert.equal((error as Error).name, 'MalformedFileError', String(error))
      outcomes.refused++
    }
  }
  assert.ok(outcomes.refused > 0 && outcomes.read > 0, JSON.stringify(outcomes))
})

async function listRuns(database: Awaited<ReturnType<typeof openTestDatabase>>) {
  const { rows } = await database.pool.query(
    `SELECT e.expression, r.seed, r.validation_accuracy AS validation, r.test_loss AS loss, r.test_accuracy AS test
     FROM runs r JOIN evaluations e ON e.id = r.evaluation_id ORDER BY r.id`,
  )
  return rows
}
