import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import {
  add,
  concat,
  engine,
  matMul,
  memory,
  mul,
  relu,
  reshape,
  scalar,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import { createReplay } from '../../../src/networks/kernels/replay.js'
import { drawDropoutMask } from '../../../src/networks/layers/dropout.js'
import { createRandom } from '../../../src/numeric/random.js'
import { openTestBackend, TEST_BACKEND } from '../open-test-backend.js'

type Compute = (x: Tensor2D) => Tensor[]

before(openTestBackend)

describe('A computation that is replayed', { skip: TEST_BACKEND !== 'wasm' }, () => {
  it('runs only its kernels from the third time on, and gives the same bits', () => {
    const { counts, results } = repeat(5, (x) => {
      const y = relu(add(matMul(x, x, true), 0.5))
      mul(y, 3)
      return [y, sum(reshape(concat([y, x], 0), [-1]))]
    })
    assert.deepEqual(counts, [1, 2, 2, 2, 2])
    for (const [replayed, computed] of results) assert.deepEqual(replayed, computed)
  })

  it('leaves no data behind', () => {
    const [tensors, buffers, ids] = [memory().numTensors, memory().numDataBuffers, engine().backend.numDataIds()]
    repeat(4, (x) => {
      const unused = mul(x, 2)
      return [mul(reshape(x, [-1]), scalar(3)), add(unused, 1)]
    })
    assert.deepEqual([memory().numTensors, memory().numDataBuffers], [tensors, buffers])
    assert.equal(engine().backend.numDataIds(), ids)
  })

  const refused: [string, Compute][] = [
    ['reads the numbers of its input', (x) => [mul(x, x.dataSync()[0])]],
    ['draws random numbers', (x) => [mul(x, drawDropoutMask(x.shape, 0.5, createRandom(performance.now())))]],
    ['returns its input', (x) => [reshape(x, [-1])]],
    [
      'returns the same data twice',
      (x) => {
        const y = mul(x, 2)
        return [y, reshape(y, [-1])]
      },
    ],
  ]
  for (const [what, compute] of refused) {
    it(`is always computed if it ${what}`, () => {
      assert.deepEqual(repeat(4, compute).counts, [1, 2, 3, 4])
    })
  }

  it('is computed for inputs of another shape', () => {
    const replay = createReplay()
    let count = 0
    for (const rows of [2, 2, 2, 3, 2]) {
      const x = tensor2d(new Float32Array(2 * rows).fill(rows), [rows, 2])
      const [y] = replay.run([x], () => {
        count++
        return tidy(() => [mul(x, 2)])
      })
      assert.deepEqual(Array.from(y.dataSync()), new Array(2 * rows).fill(2 * rows))
      y.dispose()
      x.dispose()
    }
    assert.equal(count, 3)
    replay.dispose()
  })

  it('is not recorded if it fails', () => {
    const replay = createReplay()
    const x = tensor2d([[1, 2]])
    assert.throws(() => replay.run([x], () => tidy(() => [matMul(x, x)])), /inner shapes/)
    const [y] = replay.run([x], () => tidy(() => [mul(x, 2)]))
    assert.deepEqual(Array.from(y.dataSync()), [2, 4])
    for (const tensor of [x, y]) tensor.dispose()
    replay.dispose()
  })
})

/** How often the computation had run after each of so many times with other numbers, and the results with and without. */
function repeat(times: number, compute: Compute) {
  const replay = createReplay()
  const random = createRandom('replay')
  const counts: number[] = []
  const results: [number[][], number[][]][] = []
  let count = 0
  for (let time = 0; time < times; time++) {
    const x = tensor2d(
      Float32Array.from({ length: 12 }, () => random.normal()),
      [4, 3],
    )
    const outputs = replay.run([x], () => {
      count++
      return tidy(() => compute(x))
    })
    counts.push(count)
    const expected = tidy(() => compute(x))
    results.push([outputs, expected].map((tensors) => tensors.map((y) => Array.from(y.dataSync()))) as never)
    for (const tensor of [x, ...outputs, ...expected]) tensor.dispose()
  }
  replay.dispose()
  return { counts, results }
}
