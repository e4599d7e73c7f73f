import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RowSource } from '../../src/features/gram.js'
import { PANEL_LENGTH } from '../../src/features/gram-module.js'
import { computePatchGeometry, toDepthwisePatchRows, toPatchRows } from '../../src/features/patch-rows.js'
import type { LayerCapture } from '../../src/networks/training/layer-capture.js'

describe('toPatchRows', () => {
  it('lists row, column, channel of each patch after the 1 of the bias', () => {
    const layer = createLayer({ size: [3, 3], channels: 2, kernel: 2, stride: 1, padding: 'valid', output: [2, 2] })
    const rows = readRows(toPatchRows(layer.input, computePatchGeometry(layer, 'tensorflow'), true))
    assert.deepEqual(rows, [
      [1, 1, 2, 3, 4, 7, 8, 9, 10],
      [1, 3, 4, 5, 6, 9, 10, 11, 12],
      [1, 7, 8, 9, 10, 13, 14, 15, 16],
      [1, 9, 10, 11, 12, 15, 16, 17, 18],
    ])
  })

  it('pads a stride of 2 on an even size at the end, the reference at the start', () => {
    const layer = createLayer({ size: [1, 4], channels: 1, kernel: 3, stride: 2, padding: 'same', output: [1, 2] })
    const middle = (rows: number[][]) => rows.map((row) => row.slice(3, 6))
    const tensorflow = computePatchGeometry(layer, 'tensorflow')
    assert.deepEqual(middle(readRows(toPatchRows(layer.input, tensorflow, false))), [
      [1, 2, 3],
      [3, 4, 0],
    ])
    const reference = computePatchGeometry(layer, 'reference')
    assert.deepEqual(middle(readRows(toPatchRows(layer.input, reference, false))), [
      [0, 1, 2],
      [2, 3, 4],
    ])
  })

  it('gives both paddings the same patches for stride 1', () => {
    const layer = createLayer({ size: [5, 4], channels: 1, kernel: 4, stride: 1, padding: 'same', output: [5, 4] })
    assert.deepEqual(computePatchGeometry(layer, 'tensorflow'), computePatchGeometry(layer, 'reference'))
  })

  it('refuses shapes that do not fit together', () => {
    const layer = createLayer({ size: [5, 5], channels: 1, kernel: 3, stride: 2, padding: 'valid', output: [3, 3] })
    assert.throws(() => computePatchGeometry(layer, 'tensorflow'), /layer c: input 1,5,5,1 gives output 1,2,2/)
    assert.throws(
      () => computePatchGeometry({ ...layer, strides: undefined }, 'tensorflow'),
      /needs kernelSize, strides/,
    )
  })
})

describe('toDepthwisePatchRows', () => {
  it('lists the patch of each channel on its own', () => {
    const layer = createLayer({ size: [2, 3], channels: 2, kernel: 2, stride: 1, padding: 'valid', output: [1, 2] })
    const rows = readRows(toDepthwisePatchRows(layer.input, computePatchGeometry(layer, 'tensorflow'), true))
    assert.deepEqual(rows, [
      [1, 1, 3, 7, 9],
      [1, 3, 5, 9, 11],
      [1, 2, 4, 8, 10],
      [1, 4, 6, 10, 12],
    ])
  })

  it('crosses from channel to channel within a panel and from panel to panel within a channel', () => {
    const layer = createLayer({ size: [9, 9], channels: 5, kernel: 3, stride: 1, padding: 'same', output: [9, 9] })
    const geometry = computePatchGeometry(layer, 'tensorflow')
    const rows = readRows(toDepthwisePatchRows(layer.input, geometry, false))
    const dense = readRows(toPatchRows(layer.input, geometry, false))
    for (let channel = 0; channel < 5; channel++) {
      for (let position = 0; position < 81; position++) {
        const expected = dense[position].filter((_, k) => k % 5 === channel)
        assert.deepEqual(rows[channel * 81 + position], expected)
      }
    }
  })
})

interface LayerShape {
  size: [number, number]
  channels: number
  kernel: number
  stride: number
  padding: 'same' | 'valid'
  output: [number, number]
}

/** One image whose numbers are 1, 2, 3, … */
function createLayer({ size, channels, kernel, stride, padding, output }: LayerShape): LayerCapture {
  return {
    name: 'c',
    kind: 'conv2d',
    weights: 1,
    bias: true,
    kernelSize: [kernel, kernel],
    strides: [stride, stride],
    padding,
    input: Float32Array.from({ length: size[0] * size[1] * channels }, (_, i) => i + 1),
    inputShape: [1, ...size, channels],
    outputGradient: new Float32Array(output[0] * output[1]),
    outputGradientShape: [1, ...output, 1],
  }
}

function readRows(source: RowSource): number[][] {
  const rows: number[][] = []
  for (let first = 0; first < source.count; first += PANEL_LENGTH) {
    const length = Math.min(PANEL_LENGTH, source.count - first)
    const panel = new Float64Array(source.width * PANEL_LENGTH).fill(Number.NaN)
    source.fill(panel, first, length)
    for (let i = 0; i < length; i++) {
      rows.push(Array.from({ length: source.width }, (_, k) => panel[k * PANEL_LENGTH + i]))
    }
  }
  return rows
}
