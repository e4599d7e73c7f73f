import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addCondition } from '../../../src/commands/remote/evaluation-filter.js'

const read = (...conditions: string[]) =>
  conditions.reduce((filter, condition) => addCondition(condition, filter), {} as ReturnType<typeof addCondition>)

test('each form of a condition becomes the filter of the API', () => {
  assert.deepEqual(read('validation-accuracy>=0.8', 'validationAccuracy <= 0.9'), {
    validationAccuracy: { min: 0.8, max: 0.9 },
  })
  assert.deepEqual(read('runtime<=60', 'runs>=2'), { runtimeSeconds: { max: 60 }, minRuns: 2 })
  assert.deepEqual(read('odd', 'not-smooth', 'isBounded', 'depth<=3'), {
    activation: { isOdd: true, isSmooth: false, isBounded: true, maxDepth: 3 },
  })
  assert.deepEqual(read('operator=tanh', 'operator=relu, elu', 'operator!=max'), {
    activation: { operators: ['tanh', 'relu', 'elu'], withoutOperators: ['max'] },
  })
  assert.deepEqual(read('contains=max(x, tanh(x))', 'evaluated-in=mini-cnn', 'not-evaluated-in=other'), {
    activation: { contains: 'max(x, tanh(x))', evaluatedIn: 'mini-cnn', notEvaluatedIn: 'other' },
  })
  assert.deepEqual(read('{"minRuns": 2, "activation": {"isOdd": true}}', 'even'), {
    minRuns: 2,
    activation: { isOdd: true, isEven: true },
  })
})

test('another text is refused with the forms', () => {
  for (const text of [
    '',
    'x',
    'accuracy>=0.8',
    'test-loss>=',
    'test-loss=1',
    'runs<=2',
    'depth>=1',
    'runs>=1.5',
    'a=b',
  ]) {
    assert.throws(() => addCondition(text), /expected one of: "validation-accuracy>=0.8"/, text)
  }
  assert.throws(() => addCondition('{minRuns: 2}'), /as JSON/)
})
