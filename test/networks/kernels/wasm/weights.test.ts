import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { engine, type NamedAttrMap, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { ADAM, JOIN_VECTOR, SPLIT_VECTOR } from '../../../../src/networks/layers/parameters.js'
import { createRandom } from '../../../../src/numeric/random.js'
import { openTestBackend, TEST_BACKEND } from '../../open-test-backend.js'

before(openTestBackend)

describe('On wasm, all weights of a network', { skip: TEST_BACKEND !== 'wasm' }, () => {
  for (const length of [1, 3, 4, 17, 1000]) {
    it(`take a step of Adam in float32, operation by operation: ${length} weights`, () => {
      const random = createRandom(1, 'adam', length)
      const draw = (scale: number) => Float32Array.from({ length }, () => scale * random.normal())
      const [weights, gradient, first] = [draw(1), draw(1e-3), draw(1e-2)]
      const second = draw(1e-2).map((value) => value * value)
      const step = { beta1: 0.9, beta2: 0.99, epsilon: 1e-7, rate: 0.013, kept: 0.999 }
      const inputs = {
        weights: tensor(weights),
        gradient: tensor(gradient),
        firstMoment: tensor(first),
        secondMoment: tensor(second),
      }
      const outputs = engine().runKernel(ADAM, inputs, step) as Tensor[]
      const [next, nextFirst, nextSecond] = outputs.map((output) => output.dataSync<'float32'>())
      const round = Math.fround
      const [beta1, beta2] = [round(step.beta1), round(step.beta2)]
      const [rest1, rest2] = [round(1 - step.beta1), round(1 - step.beta2)]
      for (let i = 0; i < length; i++) {
        const m = round(round(first[i] * beta1) + round(gradient[i] * rest1))
        const v = round(round(second[i] * beta2) + round(round(gradient[i] * gradient[i]) * rest2))
        const slope = round(m / round(round(Math.sqrt(v)) + round(step.epsilon)))
        const kept = round(weights[i] * round(step.kept))
        assert.deepEqual([nextFirst[i], nextSecond[i]], [m, v])
        assert.equal(next[i], round(kept - round(slope * round(step.rate))))
      }
    })
  }

  it('are cut into tensors of their shapes, and joined again', () => {
    const shapes = [[2, 3], [1], [2, 1, 2]]
    const vector = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    const attrs = { shapes } as unknown as NamedAttrMap
    const parts = engine().runKernel(SPLIT_VECTOR, { vector }, attrs) as Tensor[]
    assert.deepEqual(
      parts.map(({ shape }) => shape),
      shapes,
    )
    assert.deepEqual(Array.from(parts[2].dataSync()), [8, 9, 10, 11])
    const joined = engine().runKernel(JOIN_VECTOR, { first: parts[0], second: parts[1], third: parts[2] }) as Tensor
    assert.deepEqual([joined.shape, joined.dataSync()], [[11], vector.dataSync()])
  })
})
