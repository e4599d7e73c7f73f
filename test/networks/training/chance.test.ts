import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import type { Backend } from '../../../src/networks/backends/backend.js'
import type { Recipe } from '../../../src/networks/recipe.js'
import type { ImageTask } from '../../../src/networks/tasks/image-task.js'
import { createEndRule, haveEqualRows } from '../../../src/networks/training/chance.js'
import { trainNetwork } from '../../../src/networks/training/train-network.js'
import type { EpochMetrics } from '../../../src/networks/training/training-result.js'
import { openTestBackend } from '../open-test-backend.js'
import { createSmallDataset } from '../small-dataset.js'

const small = createSmallDataset()

describe('The end of a training at chance', () => {
  // 1,000 labels of four classes: one half, and a sixth of each of the others.
  const uneven = createTask(Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 0 : 1 + (i % 3))))
  const loss = Math.log(2) / 2 + Math.log(6) / 2
  const dead: EpochMetrics = {
    ...{ epoch: 1, trainLoss: loss * 1.001, trainAccuracy: 0.5, validationLoss: loss, validationAccuracy: 0.5 },
  }
  const decide = (epochs: readonly EpochMetrics[], recipe: Partial<Recipe> = {}, hasEqualLogits = false) =>
    createEndRule({ recipe: { ...small.recipe, epochs: 9, endsAtChance: 3, ...recipe } }, uneven)(
      epochs,
      hasEqualLogits,
    )

  it('comes after as many epochs in a row as the recipe says, and names them', () => {
    assert.equal(decide([dead, dead]), null)
    assert.equal(decide([dead, dead, dead]), 'loss at chance for 3 epochs, ended after epoch 3 of 9')
    assert.equal(decide([dead], { endsAtChance: 1 }), 'loss at chance for 1 epoch, ended after epoch 1 of 9')
  })

  it('does not come if an epoch of these has learnt, by a loss or by an accuracy of either split', () => {
    const signs: Partial<EpochMetrics>[] = [
      { trainLoss: loss * 0.98 },
      { validationLoss: loss * 0.98 },
      { trainAccuracy: 0.57 },
      // Steep functions have large losses and are right all the same.
      { validationAccuracy: 0.57, validationLoss: 40 },
    ]
    for (const sign of signs) assert.equal(decide([dead, { ...dead, ...sign }, dead]), null, JSON.stringify(sign))
    assert.notEqual(decide([{ ...dead, trainLoss: 1 }, dead, dead, dead]), null)
    assert.notEqual(decide([dead, dead, { ...dead, validationAccuracy: 0.55, validationLoss: null }]), null)
  })

  it('comes at once if all logits are equal and the epoch was at chance', () => {
    assert.equal(decide([dead], {}, true), 'equal logits for all validation inputs, ended after epoch 1 of 9')
    assert.equal(decide([{ ...dead, trainLoss: 0.5 }], {}, true), null)
  })

  it('never comes without the key, nor after the last epoch', () => {
    assert.equal(decide([dead, dead, dead], { endsAtChance: undefined }, true), null)
    assert.equal(decide([dead, dead, dead], { epochs: 3 }, true), null)
  })

  it('takes rounding for equal, and nothing more', () => {
    assert.equal(haveEqualRows(Float32Array.of(1, -100, 1.00001, -100), 2), true)
    assert.equal(haveEqualRows(Float32Array.of(1, -100, 1.001, -100), 2), false)
    assert.equal(haveEqualRows(Float32Array.of(0, 0, 0, 0), 2), true)
    assert.equal(haveEqualRows(Float32Array.of(0, 0, 0, 1e-30), 2), false)
  })
})

describe('A training with endsAtChance', () => {
  let backend: Backend
  before(async () => {
    backend = await openTestBackend()
  })
  const train = (
    expression: string,
    recipe: Partial<Recipe>,
    more: { resumeFrom?: Uint8Array; seen?: Uint8Array[] } = {},
  ) =>
    trainNetwork({
      dataset: { ...small, recipe: { ...small.recipe, ...recipe } },
      ...{ expression, seed: 0, backend, resumeFrom: more.resumeFrom },
      onEpoch: async (_, checkpoint) => void more.seen?.push(await checkpoint()),
    })

  it('ends a constant function after its first epoch, with the metrics of that epoch', async () => {
    const seen: Uint8Array[] = []
    const result = await train('zero(x)', { endsAtChance: 3 }, { seen })
    assert.equal(result.endReason, 'equal logits for all validation inputs, ended after epoch 1 of 3')
    assert.equal(result.epochs.length, 1)
    assert.equal(result.validationLoss, result.epochs[0].validationLoss)
    assert.ok(Math.abs(result.testLoss! - Math.log(10)) < 0.1, `test loss ${result.testLoss}`)
    assert.equal(result.diverged, false)

    // A worker that is killed between the epoch and the result does not train on.
    const again = await train('zero(x)', { endsAtChance: 3 }, { resumeFrom: seen[0] })
    assert.deepEqual({ ...again, runtimeSeconds: 0 }, { ...result, runtimeSeconds: 0 })
  })

  it('ends a training that does not move after the stated epochs', async () => {
    const result = await train('relu(x)', { endsAtChance: 2, learningRate: 1e-30 })
    assert.equal(result.endReason, 'loss at chance for 2 epochs, ended after epoch 2 of 3')
    assert.equal(result.epochs.length, 2)
  })

  it('changes no number of a training that learns, and without it a constant function trains all epochs', async () => {
    const [plain, watched] = [await train('relu(x)', {}), await train('relu(x)', { endsAtChance: 1 })]
    assert.deepEqual({ ...watched, runtimeSeconds: 0 }, { ...plain, runtimeSeconds: 0 })
    assert.equal(plain.endReason, null)
    const constant = await train('zero(x)', {})
    assert.deepEqual([constant.epochs.length, constant.endReason], [3, null])
  })
})

function createTask(labels: readonly number[]): ImageTask {
  const split = { count: labels.length, shape: [1], labels: Uint8Array.from(labels), read: () => new Float32Array(0) }
  return { classes: 4, train: split, validation: split, test: split }
}
