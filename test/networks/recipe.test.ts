import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { computeLearningRate, type Recipe } from '../../src/networks/recipe.js'
import { getTrainableDataset } from '../../src/networks/recipes/trainable-datasets.js'

const base: Recipe = { ...getTrainableDataset('mini-cnn').recipe, epochs: 10, learningRate: 0.8, warmUpSteps: 4 }

describe('The learning rate', () => {
  it('rises linearly, then follows half a cosine down to zero', () => {
    const rates = [0, 1, 3, 4, 52, 99].map((step) => computeLearningRate(base, step, 100))
    const expected = [0.2, 0.4, 0.8, 0.8, 0.4, 0.4 * (1 + Math.cos((Math.PI * 95) / 96))]
    for (const [i, rate] of rates.entries()) assert.ok(Math.abs(rate - expected[i]) < 1e-12, `${i}: ${rate}`)
  })

  it('or drops by a factor after the epochs given', () => {
    const recipe = { ...base, warmUpSteps: 0, decay: { factor: 0.1, afterEpochs: [2, 7] } }
    const rates = [0, 19, 20, 69, 70, 99].map((step) => computeLearningRate(recipe, step, 100))
    const expected = [0.8, 0.8, 0.08, 0.08, 0.008, 0.008]
    for (const [i, rate] of rates.entries()) assert.ok(Math.abs(rate - expected[i]) < 1e-12, `${i}: ${rate}`)
  })
})
