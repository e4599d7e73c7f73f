import assert from 'node:assert/strict'
import test from 'node:test'
import { createCoefficientTable } from '../../../src/surrogate/umap/coefficient-table.js'

test('a table agrees with its function to 1e-5, inside and outside its range', () => {
  const compute = (s: number) => (-2 * 1.577 * 0.895 * s ** -0.105) / (1.577 * s ** 0.895 + 1)
  const table = createCoefficientTable(compute)
  for (let exponent = -60; exponent < 30; exponent += 0.0371) {
    const value = 2 ** exponent
    assert.ok(Math.abs(table.at(value) / compute(value) - 1) < 1e-5, `at ${value}`)
  }
})
