import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readReport } from '../../src/search-runs/read-report.js'

test('a number is the validation accuracy; an object has metrics in any spelling, and metadata', () => {
  for (const text of ['0.5', ' 5e-1\n', '{"validationAccuracy": 0.5}', '{"validation_accuracy": 0.5}']) {
    assert.deepEqual(readReport(text), { validationAccuracy: 0.5 }, text)
  }
  assert.deepEqual(
    readReport('{"validation-accuracy": 1, "testLoss": -0.5, "runtime": 3, "epochs": 9, "metadata": {"a": 1}}'),
    {
      validationAccuracy: 1,
      testLoss: -0.5,
      runtimeSeconds: 3,
      metadata: { a: 1, epochs: 9 },
    },
  )
})

test('metrics that are not finite are left out, as Python writes them too', () => {
  const said = '{"validationAccuracy": 0.5, "testLoss": NaN, "trainLoss": -Infinity, "note": "a, NaN, b"}'
  assert.deepEqual(readReport(said), { validationAccuracy: 0.5, metadata: { note: 'a, NaN, b' } })
})

test('anything else is a failure that says what came', () => {
  for (const [text, message] of [
    ['', /got nothing$/],
    ['done', /a number or a JSON object of metrics .* got "done"$/],
    ["{'validationAccuracy': 0.5}", /got "\{'validationAccuracy': 0.5\}"$/],
    ['[0.5]', /got "\[0.5\]"$/],
    ['nan', /expected a validationAccuracy from 0 to 1, got nan$/],
    ['-inf', /got -inf$/],
    ['{"validationAccuracy": NaN}', /got \{"validationAccuracy": NaN\}$/],
    ['{"val_acc": 0.5}', /expected a validationAccuracy from 0 to 1, got \{"val_acc": 0.5\}$/],
    ['{"failure": "diverged", "validationAccuracy": 0.5}', /^diverged$/],
  ] as const) {
    assert.match(String(readReport(text).failure), message, text)
  }
})

test('metadata that the service would refuse is left out, so the result is not lost', () => {
  assert.deepEqual(readReport(JSON.stringify({ validationAccuracy: 0.5, log: 'x'.repeat(9000) })), {
    validationAccuracy: 0.5,
  })
})
