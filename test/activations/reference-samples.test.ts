import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { REFERENCE_SAMPLES } from '../../src/activations/reference-samples.js'
import { PROJECT_ROOT } from '../../src/root.js'

test('the samples are 1,000 standard normal numbers within [-5, 5]', () => {
  assert.equal(REFERENCE_SAMPLES.length, 1000)
  const mean = REFERENCE_SAMPLES.reduce((sum, x) => sum + x, 0) / 1000
  const variance = REFERENCE_SAMPLES.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 1000
  assert.ok(Math.abs(mean) < 0.1 && Math.abs(variance - 1) < 0.1)
  assert.ok(REFERENCE_SAMPLES.every((x) => x !== 0 && Math.abs(x) <= 5))
  // The first number of NumPy's legacy generator with seed 0.
  assert.equal(REFERENCE_SAMPLES[0], Math.fround(1.764052345967664))
})

test('the bytes have the checksum of the decision on identity', () => {
  const bytes = readFileSync(join(PROJECT_ROOT, 'seed/reference-samples.bin'))
  const decision = readFileSync(join(PROJECT_ROOT, 'docs/decisions/0001-identity.md'), 'utf8')
  assert.ok(decision.includes(createHash('sha256').update(bytes).digest('hex')))
})
