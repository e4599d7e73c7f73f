import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { formatSpectrumLine } from '../../../src/datasets/shipped/spectrum-line.js'
import { openSpectra } from '../../../src/datasets/spectra/read-spectra.js'
import { makeMatrix, toBase64 } from '../../support/fixtures/spectra-files.js'
import { makeFolder } from '../../support/folder.js'

const ROWS = [
  [0, 0.5, 1],
  [0.25, 0.5, 1],
]

async function read(text: string | Buffer, expressions?: string | Buffer) {
  const folder = makeFolder()
  const [path, list] = [join(folder, 'spectra'), join(folder, 'expressions')]
  writeFileSync(path, text)
  if (expressions !== undefined) writeFileSync(list, expressions)
  const { rows } = await openSpectra(path, expressions === undefined ? undefined : list)
  const found = []
  for await (const row of rows) found.push(row)
  return found
}

const toShort = ({ expression, values }: { expression: string | null; values: Float32Array | null }) => [
  expression,
  values && [...values],
]

const EXPECTED = [
  ['relu(x)', ROWS[0]],
  ['max(x,tanh(x))', ROWS[1]],
]

test('the expressions of a matrix stand in a text, a CSV, JSON Lines or a JSON list', async () => {
  const lists = [
    'relu(x)\nmax(x, tanh(x))\n',
    '\ufeffrelu(x)\r\nmax(x, tanh(x))\r\n\r\n',
    'expression\nrelu(x)\nmax(x, tanh(x))',
    'name,function,seed\na,relu(x),0\nb,"max(x,tanh(x))",1\n',
    '{"expression":"relu(x)","validationAccuracy":0.5}\n{"expression":"max(x,tanh(x))"}\n',
    '["relu(x)", "max(x,tanh(x))"]',
  ]
  for (const list of lists) assert.deepEqual((await read(makeMatrix(ROWS), list)).map(toShort), EXPECTED, list)
  assert.deepEqual((await read(makeMatrix(ROWS), gzipSync(lists[0]))).map(toShort), EXPECTED)
})

test('a row of NaN is a function without a spectrum, as in an export', async () => {
  const nan = [Number.NaN, Number.NaN, Number.NaN]
  const rows = await read(makeMatrix([ROWS[0], nan, ROWS[1]]), 'relu(x)\ntanh(x)\nmax(x,tanh(x))')
  assert.deepEqual(rows.map(toShort), EXPECTED)
})

test('lines with a list, lines of bulk work and a file in the Act-Bench format are read, plain or gzip', async () => {
  const texts = ['relu(x)', 'max(x,tanh(x))']
  const lines = texts.map((expression, i) => JSON.stringify({ expression, fisherSpectrum: ROWS[i], testLoss: 1 }))
  const bulk = texts.map((expression, i) =>
    formatSpectrumLine({
      ...{ dataset: 'mini-cnn', version: '4', expression, values: Float32Array.from(ROWS[i]), reason: null },
    }),
  )
  const file = Object.fromEntries(texts.map((text, i) => [text, { 'Fisher log eigenvalue CDF': ROWS[i] }]))
  for (const text of [`${lines.join('\n')}\n`, bulk.join('\n'), JSON.stringify(file)]) {
    assert.deepEqual((await read(text)).map(toShort), EXPECTED)
    assert.deepEqual((await read(gzipSync(text))).map(toShort), EXPECTED)
  }
  const none = formatSpectrumLine({
    ...{ dataset: 'mini-cnn', version: '4', expression: 'exp(x)', values: null, reason: 'layer a: not finite' },
  })
  const [row] = await read(none)
  assert.deepEqual([row.expression, row.values, row.reason], ['exp(x)', null, 'layer a: not finite'])
})

test('each wrong row says where it stands, which function it has, and what is wrong', async () => {
  const wrong = [
    ['relu(x)', [0, Number.NaN, 1], 'UNUSABLE_SPECTRUM', /^row 1 .*relu\(x\) is not finite: value 2 is NaN$/],
    ['relu(x)', [0, 0.5, Number.POSITIVE_INFINITY], 'UNUSABLE_SPECTRUM', /value 3 is Infinity$/],
    ['tanh(x)', [-0.5, 0.5, 1], 'UNUSABLE_SPECTRUM', /value 1 is -0\.5, outside 0 to 1$/],
    ['tanh(x)', [0, 0.5, 1.5], 'UNUSABLE_SPECTRUM', /value 3 is 1\.5, outside 0 to 1$/],
    ['tanh(x)', [0.75, 0.5, 1], 'UNUSABLE_SPECTRUM', /value 2 falls from 0\.75 to 0\.5$/],
    ['reluu(x)', [0, 0.5, 1], 'UNUSABLE_EXPRESSION', /"reluu\(x\)" is not an expression .*unknown operator reluu/],
    ['', [0, 0.5, 1], 'UNUSABLE_EXPRESSION', /^row 1 \(line 1 of the expressions\): "" is not an expression/],
  ] as const
  for (const [expression, values, code, message] of wrong) {
    const [{ issues, expression: usable }] = await read(makeMatrix([[...values]]), JSON.stringify([expression]))
    assert.equal(usable, null)
    assert.deepEqual([issues[0].code, issues[0].isKept], [code, false])
    assert.match(issues[0].message, message)
  }
  const [{ issues }] = await read(makeMatrix([ROWS[0]]), 'Relu(x')
  assert.equal(issues[0].suggestion, 'relu(x)')
  const lines = await read(
    `{"expression":"relu(x)","fisherSpectrum":[0,"a",1]}\n{"expression":"relu(x)","values":"AAAA"}`,
  )
  assert.match(lines[0].issues[0].message, /^line 1: .* not a list of numbers: value 2 is "a"$/)
  assert.match(lines[1].issues[0].message, /^line 2: .* not a whole number of float32 numbers: 3 bytes$/)
})

test('a file that does not fit is refused in one line', async () => {
  const line = (values: number[]) => `{"expression":"relu(x)","fisherSpectrum":${JSON.stringify(values)}}`
  const cases: [string | Buffer, string | undefined, RegExp][] = [
    [makeMatrix(ROWS), undefined, /a NumPy array has no expressions; name a second file/],
    [makeMatrix(ROWS), 'relu(x)\n', /expressions: expected 2 expressions, one for each row of .*spectra, got 1$/],
    [makeMatrix(ROWS), '[1, 2]', /expressions: element 1: expected a text, got 1$/],
    [makeMatrix(ROWS), '["relu(x)"', /expressions: expected a JSON list of expressions, got /],
    [makeMatrix(ROWS), 'function,seed\n', /expected 2 expressions/],
    [line([0, 1]), 'relu(x)\n', /expected a NumPy array next to .*expressions/],
    ['expression,val_acc\nrelu(x),0.5\n', undefined, /a CSV has no spectra/],
    ['{"expression":"relu(x)","testLoss":1}\n', undefined, /expected lines with fisherSpectrum or values, got none/],
    [`${line([0, 1])}\n{"expression":`, undefined, /line 2: not JSON/],
    ['', undefined, /expected/],
  ]
  for (const [text, list, message] of cases) await assert.rejects(read(text, list), { message })
  assert.equal(toBase64([1]), 'AACAPw==')
})
