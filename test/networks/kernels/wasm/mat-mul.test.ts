import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { matMul, memory, tensor3d, tidy } from '@tensorflow/tfjs-core'
import { createRandom } from '../../../../src/numeric/random.js'
import { openTestBackend } from '../../open-test-backend.js'

before(openTestBackend)

describe('The matrix product', () => {
  for (const [batch, rows, inner, columns] of [
    [1, 1, 1, 1],
    [1, 33, 65, 7],
    [3, 5, 34, 9],
    [2, 40, 3, 35],
  ]) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const shape = `${batch} × (${rows} × ${inner}${transposeA ? 'ᵀ' : ''}) (${inner} × ${columns}${transposeB ? 'ᵀ' : ''})`
        it(`is the sum over the inner axis for ${shape}`, () => {
          const a = randomNumbers('a', batch * rows * inner)
          const b = randomNumbers('b', batch * inner * columns)
          const { numTensors } = memory()
          const product = tidy(() => {
            const left = tensor3d(a, transposeA ? [batch, inner, rows] : [batch, rows, inner])
            const right = tensor3d(b, transposeB ? [batch, columns, inner] : [batch, inner, columns])
            return matMul(left, right, transposeA, transposeB).dataSync()
          })
          assert.equal(memory().numTensors, numTensors)
          for (let n = 0; n < batch; n++) {
            for (let i = 0; i < rows; i++) {
              for (let j = 0; j < columns; j++) {
                let sum = 0
                for (let k = 0; k < inner; k++) {
                  const x = a[n * rows * inner + (transposeA ? k * rows + i : i * inner + k)]
                  sum += x * b[n * inner * columns + (transposeB ? j * inner + k : k * columns + j)]
                }
                assert.ok(Math.abs(product[(n * rows + i) * columns + j] - sum) < 1e-4)
              }
            }
          }
        })
      }
    }
  }
})

function randomNumbers(name: string, length: number): Float32Array {
  const random = createRandom(name)
  return Float32Array.from({ length }, () => random.normal())
}
