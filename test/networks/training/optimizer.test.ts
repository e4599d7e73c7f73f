import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { tensor1d } from '@tensorflow/tfjs-core'
import type { OptimizerOptions } from '../../../src/networks/optimizer-options.js'
import { createOptimizerState, optimize, sumOfSquares } from '../../../src/networks/training/optimizer.js'
import { openTestBackend } from '../open-test-backend.js'

const ADAM: OptimizerOptions = { beta1: 0.9, beta2: 0.99, epsilon: 1e-7, clipNorm: Infinity, weightDecay: 0 }

before(openTestBackend)

/** The weights after each of three steps with the given gradients. */
async function run(
  options: OptimizerOptions,
  start: number[],
  gradients: number[][],
  rate: number,
): Promise<Float32Array[]> {
  let weights = tensor1d(start)
  let state = createOptimizerState(start.length, options)
  const steps: Float32Array[] = []
  for (const numbers of gradients) {
    const values = tensor1d(numbers)
    ;({ weights, state } = optimize(options, state, weights, { values, squares: sumOfSquares(values) }, rate))
    steps.push((await weights.data<'float32'>()).slice())
  }
  return steps
}

describe('The optimiser', () => {
  it('follows the equations of Adam', async () => {
    const gradients = [
      [0.5, -2, 0],
      [0.1, 1, -3],
      [-0.7, 0.2, 0.4],
    ]
    const steps = await run({ ...ADAM, weightDecay: 0.1 }, [1, -1, 2], gradients, 0.05)
    const [weights, m, v] = [
      [1, -1, 2],
      [0, 0, 0],
      [0, 0, 0],
    ]
    for (const [t, gradient] of gradients.entries()) {
      for (let i = 0; i < 3; i++) {
        m[i] = 0.9 * m[i] + 0.1 * gradient[i]
        v[i] = 0.99 * v[i] + 0.01 * gradient[i] ** 2
        const unbiased = m[i] / (1 - 0.9 ** (t + 1))
        const scale = Math.sqrt(v[i] / (1 - 0.99 ** (t + 1))) + 1e-7
        weights[i] = weights[i] * (1 - 0.05 * 0.1) - (0.05 * unbiased) / scale
        assert.ok(
          Math.abs(steps[t][i] - weights[i]) < 1e-5,
          `step ${t}, weight ${i}: ${steps[t][i]}, not ${weights[i]}`,
        )
      }
    }
  })

  it('follows the equations of momentum with an L2 penalty', async () => {
    const gradients = [
      [0.5, -2],
      [0.1, 1],
      [-0.7, 0.2],
    ]
    const steps = await run({ momentum: 0.9, clipNorm: Infinity, weightDecay: 0.1 }, [1, -1], gradients, 0.05)
    const [weights, velocity] = [
      [1, -1],
      [0, 0],
    ]
    for (const [t, gradient] of gradients.entries()) {
      for (let i = 0; i < 2; i++) {
        velocity[i] = 0.9 * velocity[i] + gradient[i] + 0.1 * weights[i]
        weights[i] -= 0.05 * velocity[i]
        assert.ok(Math.abs(steps[t][i] - weights[i]) < 1e-6, `step ${t}: ${steps[t][i]}, not ${weights[i]}`)
      }
    }
  })

  it('clips long gradients to the given norm, and does not change short ones', async () => {
    const clipped = { ...ADAM, epsilon: 1, clipNorm: 1 }
    const [long] = await run(clipped, [0, 0], [[30, -40]], 1)
    const [equal] = await run(clipped, [0, 0], [[0.6, -0.8]], 1)
    const [short] = await run(clipped, [0, 0], [[0.06, -0.08]], 1)
    const [unclipped] = await run({ ...clipped, clipNorm: Infinity }, [0, 0], [[0.06, -0.08]], 1)
    for (const i of [0, 1]) assert.ok(Math.abs(long[i] - equal[i]) < 1e-6)
    assert.deepEqual(short, unclipped)
    assert.notDeepEqual(short, equal)
  })

  it('does not move if the gradient is zero', async () => {
    assert.deepEqual(Array.from((await run({ ...ADAM, clipNorm: 1 }, [1, 2], [[0, 0]], 0.1))[0]), [1, 2])
  })

  it('adds up the squares of any number of numbers', async () => {
    for (const length of [1, 7, 2048, 2049, 100_003, 1_369_738]) {
      const values = Float32Array.from({ length }, (_, i) => Math.sin(i))
      const expected = values.reduce((sum, value) => sum + value * value, 0)
      const [actual] = await sumOfSquares(tensor1d(values)).data()
      assert.ok(Math.abs(actual - expected) <= 1e-4 * expected, `${length}: ${actual}, not ${expected}`)
    }
    const [infinite] = await sumOfSquares(tensor1d([...Array(5000).fill(1), Infinity])).data()
    assert.equal(infinite, Infinity)
  })
})
