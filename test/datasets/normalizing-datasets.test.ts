import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NORMALIZES_ACTIVATION } from '../../src/datasets/normalizing-datasets.js'
import { TRAINABLE_DATASETS } from '../../src/networks/recipes/trainable-datasets.js'

test('the table says of each dataset what its recipe says', () => {
  const recipes = [...TRAINABLE_DATASETS].map(([name, { recipe }]) => [name, recipe.normalizesActivation])
  assert.deepEqual([...NORMALIZES_ACTIVATION], recipes)
})
