import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRow } from '../../../src/datasets/reading/parse-row.js'

const METRICS = `"Train Accuracy": 0.5, "Validation Accuracy": 0.25, "Test Accuracy": 1, "Train Loss": 2.5,
  "Validation Loss": 0.75, "Test Loss": 1e-3, "Runtime (s)": 3601.5`

test('a row has its metrics, its spellings and its spectrum', () => {
  const row =
    parse(`"relu( x )": {${METRICS}, "Equivalent Activation Functions": ["relu(x)", "max(zero(x),identity(x))"],
    "Fisher log eigenvalue CDF": [0.0, 0.1, 1.0]}`)
  assert.deepEqual([row.key, row.expression, row.issues], ['relu( x )', 'relu(x)', []])
  assert.deepEqual(row.equivalents, ['relu(x)', 'max(zero(x),identity(x))'])
  assert.deepEqual(row.spectrum, Float32Array.of(0, 0.1, 1))
  assert.deepEqual(row.metrics, {
    ...{ trainAccuracy: 0.5, validationAccuracy: 0.25, testAccuracy: 1, trainLoss: 2.5, validationLoss: 0.75 },
    ...{ testLoss: 0.001, runtimeSeconds: 3601.5 },
  })
})

test('each unusable value is reported with its offset, and the rest of the row is kept', () => {
  const cases: [string, string, string][] = [
    ['"Train Loss": NaN', 'UNUSABLE_METRIC', 'NaN'],
    ['"Test Loss": -Infinity', 'UNUSABLE_METRIC', '-Infinity'],
    ['"Test Accuracy": 1.5', 'UNUSABLE_METRIC', '1.5'],
    ['"Runtime (s)": -1', 'UNUSABLE_METRIC', '-1'],
    ['"Train Accuracy": "0.5"', 'UNUSABLE_METRIC', '"0.5"'],
    ['"Equivalent Activation Functions": ["relu(x)", "relux(x)"]', 'UNUSABLE_EQUIVALENT', '"relux'],
    ['"Equivalent Activation Functions": [7]', 'UNUSABLE_EQUIVALENT', '7'],
    ['"Equivalent Activation Functions": "relu(x)"', 'UNUSABLE_EQUIVALENT', '"relu(x)"'],
    ['"Fisher log eigenvalue CDF": []', 'UNUSABLE_SPECTRUM', '[]'],
    ['"Fisher log eigenvalue CDF": [0, NaN]', 'UNUSABLE_SPECTRUM', '[0'],
    ['"Fisher log eigenvalue CDF": [0, [1]]', 'UNUSABLE_SPECTRUM', '[0'],
    ['"Fisher log eigenvalue CDF": {"a": 1}', 'UNUSABLE_SPECTRUM', '{"a'],
    ['"Notes": "\\ud800"', 'UNKNOWN_KEY', '"Notes'],
  ]
  for (const [field, code, place] of cases) {
    const text = `"relu(x)": {${METRICS}, ${field}}`
    const { issues, expression } = parse(text)
    assert.equal(expression, 'relu(x)')
    assert.deepEqual(
      issues.map((issue) => [issue.code, issue.byteOffset, issue.isKept]),
      [[code, OFFSET + text.lastIndexOf(place), true]],
      field,
    )
  }
})

test('a missing metric is null and reported; a null in the file is not reported', () => {
  const { issues, metrics } = parse('"relu(x)": {"Train Loss": null, "Test Accuracy": 0.5}')
  assert.deepEqual([metrics.testAccuracy, metrics.trainLoss, metrics.trainAccuracy], [0.5, null, null])
  const missing = ['Train Accuracy', 'Validation Accuracy', 'Validation Loss', 'Test Loss', 'Runtime (s)']
  assert.deepEqual(
    issues.map(({ code, message }) => [code, message]).sort(),
    missing.map((name) => ['MISSING_METRIC', `${name} is missing`]).sort(),
  )
})

test('a row that cannot be an evaluation has no expression, and an issue says why', () => {
  const unknown = parse(`"nolu(x)": {${METRICS}}`)
  assert.equal(unknown.expression, null)
  assert.deepEqual(
    unknown.issues.map(({ code, byteOffset, isKept }) => [code, byteOffset, isKept]),
    [['UNUSABLE_EXPRESSION', OFFSET, false]],
  )
  const plain = parse('"relu(x)": [1]')
  assert.deepEqual([plain.expression, plain.issues.map(({ code }) => code)], [null, ['NOT_AN_OBJECT']])
})

test('if a row has a key twice, the last one counts, as in Python', () => {
  const row = parse('"relu(x)": {"Train Loss": 1, "Train Loss": 2}')
  assert.equal(row.metrics.trainLoss, 2)
})

test('a row that is not JSON is refused at its first wrong byte', () => {
  const text = `"relu(x)": {${METRICS} "x": 1}`
  assert.throws(() => parse(text), { byteOffset: OFFSET + text.indexOf('"x"'), message: /expected ',' or '\}'/ })
  assert.throws(() => parse('"relu(x)": {} 5'), { byteOffset: OFFSET + 14 })
  assert.throws(() => parse('"relu(x)" {}'), { byteOffset: OFFSET + 10 })
})

const OFFSET = 12_345

function parse(text: string) {
  return parseRow({ bytes: Buffer.from(text), byteOffset: OFFSET })
}

test('an unknown operator of a key or an equivalent is named with the nearest known ones', () => {
  const { issues } = parse(`"swich(x)": {${METRICS}, "Equivalent Activation Functions": ["Relu(x)"]}`)
  assert.deepEqual(
    issues.map(({ code, message }) => [code, /unknown operator \w+ \(the nearest: \w+/.exec(message)?.[0]]),
    [
      ['UNUSABLE_EXPRESSION', 'unknown operator swich (the nearest: swish'],
      ['UNUSABLE_EQUIVALENT', 'unknown operator Relu (the nearest: relu'],
    ],
  )
})
