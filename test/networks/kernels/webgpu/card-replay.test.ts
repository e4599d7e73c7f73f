import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { add, engine, memory, mul, reshape, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { createCardReplay } from '../../../../src/networks/kernels/webgpu/card-replay.js'
import { drawDropoutMask } from '../../../../src/networks/layers/dropout.js'
import { createLayerActivation } from '../../../../src/networks/layers/layer-activation.js'
import type { Network } from '../../../../src/networks/network.js'
import {
  createParameters,
  disposeNetworkState,
  openNetworkState,
} from '../../../../src/networks/training/network-state.js'
import { createOptimizerState } from '../../../../src/networks/training/optimizer.js'
import { runTrainingStep } from '../../../../src/networks/training/training-step.js'
import { createRandom } from '../../../../src/numeric/random.js'
import { EVERY_LAYER, randomBatch } from '../../every-layer.js'
import { openTestCardForFile } from '../../open-test-card.js'

const isCardOpen = openTestCardForFile()

/** The layers of `EVERY_LAYER` with dropout before them, as All-CNN-C has it. */
const WITH_DROPOUT: Network = {
  ...EVERY_LAYER,
  forward: (ops, input) => EVERY_LAYER.forward(ops, ops.dropout(input, 0.2)),
}

describe('A replay on a card', () => {
  it('trains as without it, bit for bit, with a tenth of the bind groups', async (t) => {
    if (!isCardOpen(t)) return
    const [plain, replayed] = [await train(false), await train(true)]
    assert.deepEqual(replayed.losses, plain.losses)
    assert.deepEqual(replayed.weights, plain.weights)
    const [first, last] = [replayed.groups[0], replayed.groups[replayed.groups.length - 1]]
    assert.ok(last < 0.15 * first, `${last} bind groups in the last step, ${first} in the first`)
    assert.deepEqual(plain.groups.slice(1), plain.groups.slice(1).fill(plain.groups[1]))
  })

  it('leaves nothing behind', async (t) => {
    if (!isCardOpen(t)) return
    const before = memory().numTensors
    const ids = engine().backend.numDataIds()
    await train(true)
    assert.equal(memory().numTensors, before)
    assert.ok(engine().backend.numDataIds() <= ids, `${engine().backend.numDataIds()} from ${ids}`)
  })

  it('gives the memory of the usual way back', async (t) => {
    if (!isCardOpen(t)) return
    const replay = createCardReplay()
    const x = tensor2d(Array(1 << 16).fill(1), [1 << 8, 1 << 8])
    const allocated: number[] = []
    for (let i = 0; i < 5; i++) {
      const [sum] = replay.run([x], () => [tidy(() => add(mul(add(x, 1), 2), 3))])
      await sum.data()
      sum.dispose()
      await new Promise((resolve) => setTimeout(resolve, 50))
      allocated.push((memory() as unknown as { numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU)
    }
    replay.dispose()
    x.dispose()
    assert.ok(allocated[4] < allocated[1] / 2 || allocated[4] <= allocated[0], allocated.join())
  })

  it('draws a new mask each time', async (t) => {
    if (!isCardOpen(t)) return
    const random = createRandom(7)
    const expected = createRandom(7)
    const replay = createCardReplay()
    const x = tensor2d([...Array(64).keys()], [8, 8])
    for (let i = 0; i < 6; i++) {
      const mask = (stream: typeof random) => tidy(() => mul(x, drawDropoutMask([8, 8], 0.5, stream)))
      const [masked] = replay.run([x], () => [mask(random)], random)
      assert.deepEqual(await masked.data(), await mask(expected).data(), `run ${i}`)
    }
    replay.dispose()
  })

  it('gives way if the numbers depend on something else, or if the input is returned', async (t) => {
    if (!isCardOpen(t)) return
    const changing = createCardReplay()
    const returning = createCardReplay()
    for (let i = 0; i < 5; i++) {
      const x = tensor2d([i, 1, 2, 3], [2, 2])
      const [sum] = changing.run([x], () => [tidy(() => add(x, i))])
      assert.deepEqual([...(await sum.data())], [2 * i, i + 1, i + 2, i + 3])
      const [same] = returning.run([x], () => [reshape(x, [4])])
      assert.deepEqual([...(await same.data())], [i, 1, 2, 3])
    }
  })

  it('computes as usual for another shape', async (t) => {
    if (!isCardOpen(t)) return
    const replay = createCardReplay()
    for (const rows of [2, 2, 2, 2, 3, 1, 2]) {
      const x = tensor2d(Array(2 * rows).fill(rows), [rows, 2])
      const [twice] = replay.run([x], () => [mul(x, 2)])
      assert.deepEqual([...(await twice.data())], Array(2 * rows).fill(2 * rows))
    }
    replay.dispose()
  })
})

const PLAIN = { run: (_inputs: readonly Tensor[], compute: () => Tensor[]) => compute(), dispose() {} }

/** Losses and weights of seven steps, and how many bind groups each made. */
async function train(isReplayed: boolean) {
  const activation = createLayerActivation('swish(x)', true)
  const state = openNetworkState(createParameters(WITH_DROPOUT, 0, 1))
  if (!isReplayed) state.gradient = PLAIN
  const options = { momentum: 0.9, clipNorm: 5, weightDecay: 1e-3 }
  const optimizer = createOptimizerState(state.weights.size, options)
  const batch = randomBatch(WITH_DROPOUT, 6)
  const losses: (number | undefined)[] = []
  const groups: number[] = []
  for (let step = 0; step < 7; step++) {
    const random = createRandom('masks', step)
    const counted = countBindGroups()
    const metrics = await runTrainingStep(
      WITH_DROPOUT,
      activation,
      state,
      optimizer,
      options,
      { ...batch, random },
      0.1,
    )
    groups.push(counted.stop())
    losses.push(metrics?.lossSum)
  }
  const weights = Array.from(await state.weights.data())
  disposeNetworkState(state)
  optimizer.firstMoment.dispose()
  optimizer.secondMoment.dispose()
  return { losses, weights, groups }
}

function countBindGroups(): { stop(): number } {
  const { device } = engine().backend as unknown as { device: { createBindGroup(description: object): object } }
  const create = device.createBindGroup.bind(device)
  let count = 0
  device.createBindGroup = (description) => {
    count++
    return create(description)
  }
  return {
    stop() {
      Reflect.deleteProperty(device, 'createBindGroup')
      return count
    },
  }
}
