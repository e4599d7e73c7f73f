import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { checkFile } from '../../../src/datasets/reading/check-file.js'
import type { RowIssue } from '../../../src/datasets/reading/parse-row.js'
import type { Database } from '../../../src/db/connection/client.js'
import { exportDataset } from '../../../src/services/exports/export-dataset.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { openTestDatabase } from '../../support/database.js'
import { makeFolder } from '../../support/folder.js'

const CSV = `Activation Function,Seed,Validation Accuracy,val_loss,Test Acc,Runtime (s),GPU
relu(x),0,0.90,0.31,0.89,12.5,A100
relu(x),1,0.92,0.29,0.91,12.0,A100
"max(zero(x), x)",2,0.94,0.27,0.93,,H100
"max(x,tanh(x))",0,0.5,1e20,nan,OOM,A100
swish(x),0,nan,NaN,,OOM,
nonsense(x),0,0.5,,,,
tanh(x),0,0.7,-0.5,0.71,10,A100
tanh(x),0,0.8,0.4,0.81,11,A100
`

test('a CSV is imported: several lines of a function are runs, and the evaluation is their median', async (t) => {
  const { database, summary, issues } = await importText(t, CSV)
  assert.deepEqual([summary.outcome, summary.runs, summary.evaluations, summary.rows], ['IMPORTED', 5, 3, 0])
  const found = await evaluationsOf(database)
  assert.deepEqual(found['relu(x)'], {
    ...{ validationAccuracy: 0.92, validationLoss: 0.29, testAccuracy: 0.91, runtimeSeconds: 12.25, trainLoss: null },
    seeds: [0, 1, 2],
    metadata: [{ GPU: 'A100' }, { GPU: 'A100' }, { GPU: 'H100' }],
  })
  assert.deepEqual(found['max(x,tanh(x))'].validationLoss, 1e20)
  assert.deepEqual([found['tanh(x)'].validationAccuracy, found['tanh(x)'].validationLoss], [0.7, -0.5])
  assert.deepEqual(
    issues.map(({ code, key, isKept }) => [code, key, isKept]),
    [
      ['UNKNOWN_COLUMN', 'GPU', true],
      ['UNUSABLE_METRIC', 'max(x,tanh(x))', true],
      ['UNUSABLE_METRIC', 'max(x,tanh(x))', true],
      ['UNUSABLE_METRIC', 'swish(x)', false],
      ['UNUSABLE_METRIC', 'swish(x)', false],
      ['UNUSABLE_METRIC', 'swish(x)', false],
      ['NO_METRIC', 'swish(x)', false],
      ['UNUSABLE_EXPRESSION', 'nonsense(x)', false],
      ['NEGATIVE_LOSS', 'tanh(x)', true],
      ['REPEATED_RUN', 'tanh(x)', false],
    ],
  )
  for (const { key, byteOffset, code } of issues) {
    if (code === 'UNKNOWN_COLUMN') continue
    assert.ok(CSV.slice(byteOffset).replace('"', '').startsWith(key), `${key} at ${byteOffset}`)
  }
  assert.match(issues[1].message, /^line 5, column "Test Acc" is "nan"$/)

  // The same file again changes nothing; its Act-Bench form can be imported.
  const again = await importFile(database, { path: summary.path, dataset: 'table' })
  assert.deepEqual([again.outcome, again.runs, again.evaluations], ['UNCHANGED', 5, 3])
  const json = await readExport(database)
  assert.equal(JSON.parse(json)['relu(x)']['Validation Accuracy'], 0.92)
})

test('the same table is read with semicolons, tabs, decimal commas, CRLF, a byte order mark, quotes and gzip', async (t) => {
  const plain = 'expression;val_acc;test_loss;seed\nrelu(x);0,93;0,25;0\n"max(x,tanh(x))";0,5;1,5;1\n'
  const tabs = plain.replaceAll(';', '\t')
  const texts: (string | Buffer)[] = [
    ...[
      plain,
      plain.replaceAll('\n', '\r\n'),
      `\ufeff${plain}`,
      `\n${plain}\n\n`,
      tabs,
      tabs.replaceAll(/(\d),(\d)/g, '$1.$2'),
    ],
    ...[gzipSync(plain), gzipSync(`\ufeff${plain}`)],
    'FUNCTION,valAcc,"Test Loss",Random Seed\n"relu(x)","0.93",.25,0\n"max(x, tanh(x))",5e-1,1.5,1\n',
    '{"activation": "relu(x)", "validationAccuracy": 0.93, "testLoss": 0.25, "seed": 0}\n\n{"activation": "max(x,tanh(x))", "validationAccuracy": 0.5, "testLoss": 1.5, "seed": 1}\n',
    '\ufeff{"expression": "relu(x)", "val_acc": 0.93, "test_loss": 0.25, "seed": 0, "train_loss": NaN}\r\n{"expression": "max(x,tanh(x))", "val_acc": 0.5, "test_loss": 1.5, "seed": 1}',
  ]
  for (const text of texts) {
    const { database } = await importText(t, text)
    const found = await evaluationsOf(database)
    assert.deepEqual(
      Object.entries(found)
        .map(([name, { validationAccuracy, testLoss, seeds }]) => [name, validationAccuracy, testLoss, seeds])
        .sort(),
      [
        ['max(x,tanh(x))', 0.5, 1.5, [1]],
        ['relu(x)', 0.93, 0.25, [0]],
      ],
      String(text),
    )
  }
})

test('the runs of an export are imported with their metadata', async (t) => {
  const lines = [
    {
      expression: 'relu(x)',
      seed: 0,
      validationAccuracy: 0.5,
      metadata: { rate: 0.1, tags: ['a', { b: null }] },
      note: 'n',
    },
    { expression: 'relu(x)', seed: 1, validationAccuracy: 0.7, metadata: null },
    { expression: 'tanh(x)', seed: 0, validationAccuracy: 0.6, metadata: { large: 'x'.repeat(9000) } },
  ]
  const { database, issues } = await importText(t, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  assert.deepEqual(
    issues.map(({ code, key }) => [code, key]),
    [
      ['UNKNOWN_COLUMN', 'note'],
      ['UNUSABLE_METADATA', 'tanh(x)'],
    ],
  )
  const first = await evaluationsOf(database)
  assert.deepEqual(first['relu(x)'].metadata, [{ rate: 0.1, tags: ['a', { b: null }], note: 'n' }, null])
  const exported = await readExport(database, 'runs.jsonl')
  const again = await importText(t, exported)
  assert.deepEqual(
    again.issues.map(({ key }) => key),
    ['backend', 'device', 'endReason'],
  )
  assert.deepEqual(await evaluationsOf(again.database), first)
  const fromCsv = await importText(t, await readExport(database, 'runs.csv'))
  assert.deepEqual(
    fromCsv.issues.map(({ key }) => key),
    ['backend', 'device', 'endReason'],
  )
  assert.deepEqual(await evaluationsOf(fromCsv.database), first)
})

test('a column of percentages is divided by 100, which is reported once', async (t) => {
  const texts = [
    'function,val_acc,test_acc\nrelu(x),93.2%,0.5\ntanh(x),0.5 %,1\n',
    'function,val_acc,test_acc\nrelu(x),93.2,0.5\ntanh(x),0.5%,1\n',
    'function;Val Acc (%);test_acc\nrelu(x);93,2;0,5\ntanh(x);0,5;1\n',
    '{"function": "relu(x)", "val_acc": 93.2, "test_acc": 0.5}\n{"function": "tanh(x)", "val_acc": "0.5%", "test_acc": 1}\n',
  ]
  for (const text of texts) {
    const { database, issues } = await importText(t, text)
    const found = await evaluationsOf(database)
    assert.deepEqual(
      ['relu(x)', 'tanh(x)'].map((name) => [found[name].validationAccuracy, found[name].testAccuracy]),
      [
        [0.932, 0.5],
        [0.005, 1],
      ],
      text,
    )
    assert.deepEqual(
      issues.map(({ code, isKept }) => [code, isKept]),
      [['PERCENTAGES', true]],
    )
    assert.match(
      issues[0].message,
      /^line \d, column "[^"]+" is 93[.,]2%?: the column has percentages, which are divided by 100$/,
    )
  }
})

test('fractions next to percents, missing columns and broken lines are refused with the place, and nothing is stored', async (t) => {
  const database = await openTestDatabase(t)
  const cases: [string | Buffer, RegExp][] = [
    [
      'function,val_acc\nrelu(x),0.5\ntanh(x),93.2\n',
      /^byte 29: line 3, column "val_acc": expected a fraction from 0 to 1, as on earlier lines, such as 0.932, got 93.2; a column/,
    ],
    ['function,val_acc\nrelu(x),93.2\ntanh(x),0.5\n', /^byte 30: .*expected a percentage above 1, as on .*, got 0.5;/],
    ['function;val_acc\nrelu(x);0,5\ntanh(x);93,2 %\n', /such as 0.932, got 93,2 %/],
    ['{"function": "relu(x)", "test_acc": 191}\n', /^byte 0: line 1, column "test_acc": .* percent, got 191/],
    [
      'function,Val Acc (%)\nrelu(x),0.9\n',
      /expected a percentage above 1 first, as the name of the column says, got 0.9/,
    ],
    [
      'function,note\nrelu(x),good\n',
      /columns: expected a metric, such as validation_accuracy.*got "function", "note"/,
    ],
    ['activation,accuracy\nrelu(x),0.9\n', /columns: expected a metric/],
    ['val_acc,test_acc\n0.9,0.9\n', /columns: expected one called expression, function or activation/],
    [
      'function,val_acc,validation accuracy\nrelu(x),0.9,0.9\n',
      /"val_acc" and "validation accuracy" both are validationAccuracy/,
    ],
    [
      'function,val_acc\nmax(x,tanh(x)),0.9\n',
      /^byte 17: line 2: expected 2 cells as in the header, got 3; put an expression/,
    ],
    ['function,val_acc\n"relu(x),0.9\n', /a quote is not closed/],
    ['{"function": "relu(x)", "val_acc": 0.5}\n{"function": \n', /^byte 40: line 2: not JSON; expected an object/],
    [
      'name,age\nAnna,7\n',
      /expected the Act-Bench format .* CSV with a header or JSON Lines, .* or Parquet; got a file that begins with "name,age"/,
    ],
    ['[{"function": "relu(x)"}]', /got a JSON list; write one object on each line/],
    [Buffer.from('\ufefffunction,val_acc\nrelu(x),0.9\n', 'utf16le'), /^byte 0: .*UTF-16 text; save the file as UTF-8/],
    [Buffer.from('function,val_acc\nrelu(x),0.9\n', 'utf16le'), /UTF-16/],
    [Buffer.from('PARE....'), /got an encrypted Parquet file/],
    [Buffer.from('PK\x03\x04......'), /got a zip archive or an Excel workbook; save it as CSV/],
    ['<html></html>', /got HTML or XML/],
  ]
  for (const [text, expected] of cases) {
    const path = join(makeFolder(), 'file')
    writeFileSync(path, text)
    await assert.rejects(importFile(database, { path, dataset: 'refused' }), {
      name: 'MalformedFileError',
      message: expected,
    })
    await assert.rejects(checkFile(path), { name: 'MalformedFileError', message: expected })
  }
  assert.equal(await database.prisma.dataset.count({ where: { name: 'refused' } }), 0)
  assert.equal(await database.prisma.run.count(), 0)
})

test('a check without a database finds the same', async (t) => {
  const { summary, issues } = await importText(t, CSV)
  const found: RowIssue[] = []
  const checked = await checkFile(summary.path, { onIssue: (issue) => void found.push(issue) })
  assert.deepEqual([checked.rows, checked.evaluations, checked.checksum], [8, 3, summary.checksum])
  assert.deepEqual(found, issues)
})

test('a table of many lines is stored in batches, under the first spelling of each function', async (t) => {
  const lines = Array.from({ length: 1203 }, (_, i) => {
    const text = i % 3 === 0 ? 'relu(x)' : i % 3 === 1 ? '"max(x,zero(x))"' : 'tanh(x)'
    return `${text},${(i % 100) / 100}`
  })
  const { database, summary } = await importText(t, `expression,test_accuracy\n${lines.join('\n')}`)
  assert.deepEqual([summary.runs, summary.evaluations], [1203, 2])
  const { 'relu(x)': relu } = await evaluationsOf(database)
  assert.equal(relu.seeds.length, 802)
})

async function importText(t: TestContext, text: string | Buffer) {
  const database = await openTestDatabase(t)
  const path = join(makeFolder(), 'file.csv')
  writeFileSync(path, text)
  const issues: RowIssue[] = []
  const summary = await importFile(database, { path, dataset: 'table', onIssue: (issue) => void issues.push(issue) })
  return { database, summary: { ...summary, path }, issues }
}

async function evaluationsOf(database: Database) {
  const rows = await database.prisma.evaluation.findMany({
    include: { runs: { orderBy: [{ seed: 'asc' }, { id: 'asc' }] } },
    orderBy: { id: 'asc' },
  })
  return Object.fromEntries(
    rows.map(
      ({ expression, runs, validationAccuracy, validationLoss, testAccuracy, testLoss, runtimeSeconds, trainLoss }) => [
        expression,
        {
          ...{ validationAccuracy, validationLoss, testAccuracy, runtimeSeconds, trainLoss },
          ...(testLoss === null ? {} : { testLoss }),
          seeds: runs.map(({ seed }) => seed),
          metadata: runs.map(({ metadata }) => metadata),
        },
      ],
    ),
  )
}

async function readExport(database: Database, format: 'json' | 'runs.jsonl' | 'runs.csv' = 'json'): Promise<string> {
  let text = ''
  for await (const chunk of exportDataset(database, { dataset: 'table', format })) text += Buffer.from(chunk as string)
  return text
}
