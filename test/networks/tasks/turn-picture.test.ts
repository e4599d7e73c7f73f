import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { turnPicture } from '../../../src/networks/tasks/turn-picture.js'

const SIZE = 28
const PLAIN = { angle: 0, scale: 1, shiftX: 0, shiftY: 0 }
/** Brighter to the right and, less so, to the bottom. */
const slope = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => 4 * (i % SIZE) + 2 * Math.floor(i / SIZE))

describe('Turning a picture', () => {
  it('leaves a slope as it is, except at the edges, which fade into the black around', () => {
    const same = turnPicture(slope, SIZE, SIZE, PLAIN)
    for (let row = 1; row < SIZE - 1; row++) {
      for (let column = 1; column < SIZE - 1; column++) {
        const at = row * SIZE + column
        assert.ok(Math.abs(same[at] - slope[at]) <= 1, `${row}, ${column}: ${same[at]}, not ${slope[at]}`)
      }
    }
  })

  it('is a rotation by a quarter', () => {
    const turned = turnPicture(slope, SIZE, SIZE, { ...PLAIN, angle: Math.PI / 2 })
    for (const [row, column] of [
      [5, 9],
      [20, 3],
      [13, 13],
    ]) {
      const source = slope[(SIZE - 1 - column) * SIZE + row]
      assert.ok(Math.abs(turned[row * SIZE + column] - source) <= 1, `${row}, ${column}`)
    }
  })

  it('moves and shrinks a picture by half widths', () => {
    const white = new Uint8Array(SIZE * SIZE).fill(255)
    const half = turnPicture(white, SIZE, 16, { ...PLAIN, scale: 0.5, shiftX: 0.5, shiftY: -0.5 })
    assert.equal(half[4 * 16 + 12], 255)
    assert.equal(half[4 * 16 + 4], 0)
    assert.equal(half[12 * 16 + 12], 0)
    const light = half.reduce((total, value) => total + value, 0) / 255
    assert.ok(Math.abs(light - 64) < 1, `${light} white pixels, expected a quarter of 256`)
  })

  it('keeps the mean intensity when it shrinks to fewer pixels', () => {
    const small = turnPicture(slope, SIZE, 14, PLAIN)
    const mean = (values: Uint8Array) => values.reduce((total, value) => total + value, 0) / values.length
    assert.ok(Math.abs(mean(small) / mean(slope) - 1) < 0.03)
  })
})
