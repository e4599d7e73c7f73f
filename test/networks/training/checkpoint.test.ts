import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../../src/networks/training/checkpoint.js'

const CHECKPOINT: Checkpoint = {
  dataset: 'mini-cnn',
  version: '1',
  expression: 'relu(x)',
  seed: 7,
  epochs: [{ epoch: 1, trainAccuracy: 0.5, trainLoss: null, validationAccuracy: 0.25, validationLoss: 1.5 }],
  elapsedSeconds: 1.25,
  optimizerSteps: 128,
  parameters: [
    { name: 'a/kernel', shape: [2, 2], trainable: true, values: Float32Array.of(1, -0, Number.NaN, 1e-45) },
    { name: 'a/bias', shape: [1], trainable: true, values: Float32Array.of(Math.fround(0.1)) },
    { name: 'b/parameters', shape: [1], trainable: true, ofActivation: true, values: Float32Array.of(0.25) },
    { name: 'empty', shape: [0], trainable: false, values: new Float32Array(0) },
  ],
}

describe('A checkpoint', () => {
  it('is read back with the same bits, from any offset of a buffer', () => {
    const bytes = encodeCheckpoint(CHECKPOINT)
    assert.deepEqual(decodeCheckpoint(bytes), CHECKPOINT)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    assert.deepEqual(decodeCheckpoint(shifted.subarray(3)), CHECKPOINT)
  })

  it('is refused if it is incomplete, at any length', () => {
    const bytes = encodeCheckpoint(CHECKPOINT)
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decodeCheckpoint(bytes.subarray(0, length)), /is incomplete/, `${length} bytes`)
    }
  })

  it('is refused if it is something else, or has another format', () => {
    const bytes = encodeCheckpoint(CHECKPOINT)
    bytes[4] = 9
    assert.throws(() => decodeCheckpoint(bytes), /got 9/)
    bytes[0] = 0
    assert.throws(() => decodeCheckpoint(bytes), /expected bytes that start with ABCK/)
  })
})
