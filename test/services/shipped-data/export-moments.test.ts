import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { computeGaussianMoments } from '../../../src/activations/gaussian-moments.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { readShippedMoments } from '../../../src/datasets/shipped/shipped-moments.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { exportMoments, listShippedFunctions } from '../../../src/services/shipped-data/export-properties.js'
import { makeFolder } from '../../support/folder.js'

test('the shipped moments are those of the functions that a first start stores', () => {
  const seedFolder = join(PROJECT_ROOT, 'seed')
  const shipped = readShippedMoments(seedFolder)
  const missing = listShippedFunctions(seedFolder).filter((text) => !shipped.has(text))
  assert.ok(missing.length < 40, `${missing.length} functions lack moments: run \`npx actbench seed properties\``)
  for (const text of ['relu(x)', 'swish(x)', 'reciprocal(x)', 'exp(x)']) {
    assert.deepEqual(shipped.get(text), computeGaussianMoments(parseExpression(text)))
  }
})

test('a file has the computed moments of its functions, null if an integral is not finite', () => {
  const folder = makeFolder()
  const texts = ['swish(x)', 'reciprocal(x)']
  assert.equal(exportMoments(folder, texts).functions, 2)
  const shipped = readShippedMoments(folder)
  assert.deepEqual(shipped, new Map(texts.map((text) => [text, computeGaussianMoments(parseExpression(text))])))
  assert.deepEqual(shipped.get('reciprocal(x)'), { mean: null, standardDeviation: null })
})
