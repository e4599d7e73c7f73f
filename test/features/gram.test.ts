import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { computeGram } from '../../src/features/gram.js'
import { toMatrixColumns, toMatrixRows } from '../../src/features/row-sources.js'
import { createRandom } from '../../src/numeric/random.js'

describe('computeGram', () => {
  it('equals the sums of products for widths and counts that are not multiples of the block sizes', () => {
    for (const [count, columns] of [
      [1, 1],
      [3, 2],
      [127, 4],
      [128, 5],
      [129, 7],
      [300, 13],
    ]) {
      for (const leadingOne of [false, true]) {
        const data = createData(count * columns)
        const rows = Array.from({ length: count }, (_, i) => [
          ...(leadingOne ? [1] : []),
          ...data.subarray(i * columns, (i + 1) * columns),
        ])
        const width = rows[0].length
        const gram = computeGram(toMatrixRows(data, count, columns, leadingOne))
        for (let i = 0; i < width; i++) {
          for (let j = 0; j < width; j++) {
            const expected = j > i ? 0 : rows.reduce((sum, row) => sum + row[i] * row[j], 0)
            assert.ok(Math.abs(gram[i * width + j] - expected) < 1e-11, `${count} x ${columns}: ${i}, ${j}`)
          }
        }
      }
    }
  })

  it('keeps nothing of earlier rows, whether wider, narrower or not finite', () => {
    const data = createData(40 * 30)
    const before = computeGram(toMatrixRows(data, 40, 30))
    computeGram(toMatrixRows(createData(3 * 700), 3, 700))
    computeGram(toMatrixRows(new Float32Array(500).fill(Number.NaN), 100, 5))
    assert.deepEqual(computeGram(toMatrixRows(data, 40, 30)), before)
  })

  it('shows values that are not finite on the diagonal', () => {
    const gram = computeGram(toMatrixRows(Float32Array.of(1, Number.NaN, 2, 3, 4, Infinity), 2, 3))
    assert.deepEqual([gram[0], gram[4], gram[8]], [10, Number.NaN, Infinity])
  })
})

describe('toMatrixColumns', () => {
  it('gives X Xᵀ', () => {
    const [count, columns] = [5, 260]
    const data = createData(count * columns)
    const gram = computeGram(toMatrixColumns(data, count, columns, true))
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) {
        let expected = 1
        for (let k = 0; k < columns; k++) expected += data[i * columns + k] * data[j * columns + k]
        assert.ok(Math.abs(gram[i * count + j] - expected) < 1e-11)
      }
    }
  })
})

function createData(length: number): Float32Array {
  const random = createRandom('gram', length)
  return Float32Array.from({ length }, () => random.normal())
}
