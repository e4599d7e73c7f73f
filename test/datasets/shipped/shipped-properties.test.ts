import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { computeProperties, PROPERTIES_VERSION } from '../../../src/activations/properties/compute-properties.js'
import {
  PROPERTIES_FILE,
  readShippedProperties,
  writeShippedProperties,
} from '../../../src/datasets/shipped/shipped-properties.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { makeFolder } from '../../support/folder.js'

const HINT = 'run `npx actbench seed properties`'
/** One function of so many is computed again, and each of its values is compared. */
const SAMPLE_STEP = 16

const compute = (text: string) => computeProperties(parseExpression(text))

test('the shipped properties are of this version and equal to those that are computed', () => {
  const seedFolder = join(PROJECT_ROOT, 'seed')
  const { version } = JSON.parse(gunzipSync(readFileSync(join(seedFolder, PROPERTIES_FILE))).toString())
  assert.equal(version, PROPERTIES_VERSION, HINT)
  const shipped = [...readShippedProperties(seedFolder)]
  const sample = shipped.filter((_, i) => i % SAMPLE_STEP === 0)
  assert.ok(sample.length > 200)
  for (const [text, properties] of sample) assert.deepEqual(properties, compute(text), `${text}: ${HINT}`)
})

test('properties are read as they were written, with every digit', () => {
  const folder = makeFolder()
  // Together they have each property, values that are missing, negative slopes and slopes of 17 digits.
  const texts = [
    'x',
    'abs(x)',
    'sin(x)',
    'selu(x)',
    'negative(relu(x))',
    'log(x)',
    'div(x,x)',
    'exp(exp(x))',
    'zero(x)',
  ]
  const properties = new Map(texts.map((text) => [text, compute(text)]))
  assert.ok(new Set([...properties.values()].flatMap(({ sampled }) => sampled)).size > 0)
  writeShippedProperties(folder, properties)
  assert.deepEqual(readShippedProperties(folder), properties)
  const bytes = readFileSync(join(folder, PROPERTIES_FILE))
  writeShippedProperties(folder, properties)
  assert.deepEqual(readFileSync(join(folder, PROPERTIES_FILE)), bytes)
})

test('a folder without the file, or with properties of another version, has none', () => {
  const folder = makeFolder()
  assert.equal(readShippedProperties(folder).size, 0)
  writeShippedProperties(folder, new Map([['x', compute('x')]]))
  assert.equal(readShippedProperties(folder).size, 1)
  const path = join(folder, PROPERTIES_FILE)
  const other = gunzipSync(readFileSync(path)).toString().replace(`"version":${PROPERTIES_VERSION}`, '"version":0')
  writeFileSync(path, gzipSync(other))
  assert.equal(readShippedProperties(folder).size, 0)
})
