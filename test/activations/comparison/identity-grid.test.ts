import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { IDENTITY_GRID } from '../../../src/activations/comparison/identity-grid.js'

test('the grid has one point in each cell of width 1/20 from -10 to 10', () => {
  assert.equal(IDENTITY_GRID.length, 400)
  assert.deepEqual(
    Array.from(IDENTITY_GRID, (x) => Math.floor((x + 10) * 20)),
    Array.from({ length: 400 }, (_, cell) => cell),
  )
  assert.deepEqual([IDENTITY_GRID[0], IDENTITY_GRID[399]], [-9.9990234375, 9.9990234375])
})

test('all but the outermost points keep away from round numbers', () => {
  for (const x of IDENTITY_GRID.slice(1, -1)) assert.ok(Math.abs(x * 20 - Math.round(x * 20)) > 0.0999, String(x))
})

test('the grid has the same bits on every engine', () => {
  const hash = createHash('sha256').update(new Uint8Array(IDENTITY_GRID.buffer)).digest('hex')
  assert.equal(hash, '463463f7b48d904bd904922ef0f8020d119f3e009e27df5c95e066b236d3621c')
})
