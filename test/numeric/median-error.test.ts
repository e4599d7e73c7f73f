import assert from 'node:assert/strict'
import { test } from 'node:test'
import { medianError } from '../../src/numeric/median-error.js'
import { createRandom } from '../../src/numeric/random.js'

test('the error of a median of three is 0.670, not the 0.577 of a mean', () => {
  assert.ok(Math.abs(medianError(3) - 0.66983) < 1e-4)
  assert.deepEqual([medianError(1), medianError(2)], [1, Math.SQRT1_2])
  assert.ok(Number.isNaN(medianError(0)))
})

test('the error of a median is the deviation of medians of normal values', () => {
  const random = createRandom('median-error')
  for (const count of [2, 3, 4, 5, 8, 10, 11, 12, 25, 40]) {
    const draws = 20_000
    let squares = 0
    for (let draw = 0; draw < draws; draw++) {
      const values = Array.from({ length: count }, () => random.normal()).sort((a, b) => a - b)
      squares += ((values[(count - 1) >> 1] + values[count >> 1]) / 2) ** 2
    }
    const found = Math.sqrt(squares / draws)
    assert.ok(Math.abs(found / medianError(count) - 1) < 0.025, `${count}: ${found} instead of ${medianError(count)}`)
  }
})
