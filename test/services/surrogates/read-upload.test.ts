import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ActbenchError } from '../../../src/errors.js'
import { readUpload, type UploadedRowsInput } from '../../../src/services/surrogates/read-upload.js'
import { countFileCharacters } from '../../../src/services/surrogates/uploaded-file.js'

const ROWS = [
  { expression: 'max(x,tanh(x))', mean: 0.91, standardDeviation: 0.02 },
  { expression: 'relu(x)', mean: 1, standardDeviation: 0 },
  { expression: 'mish(x)', mean: 1e-7, standardDeviation: null },
]
const CSV = [
  'expression,mean,standardDeviation',
  ...ROWS.map(({ expression, mean, standardDeviation }) => `"${expression}",${mean},${standardDeviation ?? ''}`),
].join('\r\n')
const pack = (...texts: (string | Buffer)[]) => Buffer.concat(texts.map((text) => gzipSync(text))).toString('base64')

async function refuse(input: UploadedRowsInput, extensions: object): Promise<ActbenchError> {
  const error: unknown = await readUpload(input).then(
    () => assert.fail('expected an error'),
    (caught: unknown) => caught,
  )
  assert.ok(error instanceof ActbenchError, String(error))
  for (const [name, value] of Object.entries(extensions)) assert.deepEqual(error.extensions[name], value, error.message)
  return error
}

test('files are CSV or JSON Lines, plain or gzip in base64, and give what rows give', async () => {
  const json = ROWS.map((row) => JSON.stringify({ ...row, other: 1 })).join('\n')
  const semicolons = 'expression;mean;standardDeviation\n"max(x,tanh(x))";0,91;0,02\nrelu(x);1;0\nmish(x);1e-7;\n'
  const snakes = CSV.replace('standardDeviation', 'standard_deviation')
  const expected = await readUpload({ rows: ROWS })
  assert.deepEqual(
    expected.map(({ identityHex: _, ...row }) => row),
    ROWS,
  )
  for (const file of [CSV, `\uFEFF${CSV}`, json, semicolons, snakes, pack(CSV), pack(json)]) {
    assert.deepEqual(await readUpload({ file }), expected)
  }
  assert.equal(countFileCharacters(CSV), CSV.length)
  assert.equal(countFileCharacters(pack(CSV)), CSV.length)
})

test('wrong files are refused with the line', async () => {
  const file = 'expression,mean,standardDeviation\nrelu(x),0.5,0.1\ntanh(x),NaN,0.1\nelu(x),0.5,-1'
  const error = await refuse({ file }, { row: 1, line: 3, field: 'mean', found: 'NaN', argument: 'file' })
  assert.match(error.message, /^file: line 3\.mean: expected a validation accuracy from 0 to 1, got "NaN"; another row/)
  assert.equal((error.extensions.problems as unknown[]).length, 2)
  await refuse({ file: '{"expression": "relu(x)", "mean": NaN}' }, { row: 0, line: 1, field: 'mean' })
  const twice = 'expression,mean\nrelu(x),0.5\n"max(x,0)",0.5\nrelu(x),0.6'
  const message =
    /line 4\.expression: expected a function that file: line 2 does not predict with other values, got "relu/
  assert.match((await refuse({ file: twice }, { row: 2, line: 4, field: 'expression' })).message, message)
  for (const [wrong, message] of [
    ['a,b\n1,2', /expected the columns expression, mean and standardDeviation, got "a", "b"/],
    ['expression,mean\nmax(x,relu(x)),0.5', /put an expression that contains the delimiter in quotes/],
    ['{"expression": "relu(x)"', /line 1: not JSON/],
    ['', /empty/],
    ['expression,mean\n', /expected 1 to 50000 rows, got "?0 rows/],
    ['H4sIAAAA', /cannot be unpacked/],
    [pack(CSV, 'x'), /more than one file/],
    [pack(Buffer.alloc(2 ** 23 + 1, 'a')), /at most 8388608 bytes/],
    [pack(`expression,mean\n${'relu(x),0.5\n'.repeat(50_001)}`), /at most 50000 rows/],
  ] as const) {
    assert.match((await refuse({ file: wrong }, { argument: 'file' })).message, message)
  }
})

test('rows or a file are needed, and a list has at most 1,000 rows', async () => {
  await refuse({ rows: ROWS, file: CSV }, { argument: 'file' })
  await refuse({ rows: null }, { argument: 'rows' })
  await refuse({ rows: [] }, { argument: 'rows' })
  await refuse({ rows: Array.from({ length: 1001 }, () => ROWS[0]) }, { argument: 'rows' })
})
