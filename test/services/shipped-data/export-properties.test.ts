import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { computeProperties } from '../../../src/activations/properties/compute-properties.js'
import { PROPERTIES_FILE, readShippedProperties } from '../../../src/datasets/shipped/shipped-properties.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { exportProperties, listShippedFunctions } from '../../../src/services/shipped-data/export-properties.js'
import { makeFolder } from '../../support/folder.js'

test('the shipped properties are those of the functions that a first start stores', () => {
  const seedFolder = join(PROJECT_ROOT, 'seed')
  const listed = readShippedProperties(seedFolder)
  const functions = listShippedFunctions(seedFolder)
  assert.ok(functions.length > 3300)
  const missing = functions.filter((text) => !listed.has(text))
  // New functions of the literature are decided at the first start. Only if they are many does it take longer.
  assert.ok(missing.length < 40, `${missing.length} functions lack properties: run \`npx actbench seed properties\``)
})

test('a file has the computed properties of its functions', () => {
  const folder = makeFolder()
  const texts = ['swish(x)', 'max(erf(0.125*x),x)']
  const { functions, bytes } = exportProperties(folder, texts)
  assert.equal(functions, 2)
  assert.equal(readFileSync(join(folder, PROPERTIES_FILE)).length, bytes)
  const expected = new Map(texts.map((text) => [text, computeProperties(parseExpression(text))]))
  assert.deepEqual(readShippedProperties(folder), expected)
})
