import assert from 'node:assert/strict'
import { test } from 'node:test'
import { realNumber, wholeNumber, wholeNumbers } from '../../src/commands/options.js'

test('a whole number is read within its bounds', () => {
  assert.equal(wholeNumber(1, 10)('7'), 7)
  for (const text of ['0', '11', '-1', '1.5', '1e1', '', 'x']) {
    assert.throws(() => wholeNumber(1, 10)(text), { message: 'expected a whole number from 1 to 10' })
  }
})

test('a number is read within its bounds', () => {
  assert.equal(realNumber(0, 1)('0.25'), 0.25)
  assert.equal(realNumber(0, 1)('1'), 1)
  for (const text of ['-0.1', '1.01', '', ' ', 'NaN', 'Infinity', 'x']) {
    assert.throws(() => realNumber(0, 1)(text), { message: 'expected a number from 0 to 1' })
  }
})

test('lists of whole numbers have parts and ranges, each number once', () => {
  assert.deepEqual(wholeNumbers('0'), [0])
  assert.deepEqual(wholeNumbers('3, 0-2,1'), [3, 0, 1, 2])
  for (const text of ['', '1,', '2-1', 'a', '-1', '0-99999999'])
    assert.throws(() => wholeNumbers(text), /whole numbers/)
})
