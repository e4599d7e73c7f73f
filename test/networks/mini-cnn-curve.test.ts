import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { RunLine } from '../../src/datasets/shipped/run-line.js'
import { openBackend } from '../../src/networks/backends/backend.js'
import { trainNetwork } from '../../src/networks/training/train-network.js'
import { PROJECT_ROOT } from '../../src/root.js'

describe('Mini-CNN on the wasm backend', () => {
  it('repeats the shipped training of swish(x) to the last bit', () => assertRepeats('swish(x)', 'runs.jsonl.gz'))

  it('repeats the shipped training of a function with later operators', () =>
    assertRepeats('tanh(mul(8,sin(x)))', 'literature.jsonl.gz'))
})

async function assertRepeats(expression: string, file: string): Promise<void> {
  const shipped = readShippedRun(expression, 0, file)
  const backend = await openBackend('wasm')
  const { epochs, ...result } = await trainNetwork({ dataset: 'mini-cnn', expression, seed: 0, backend })
  assert.deepEqual(
    epochs.map((epoch) => [epoch.trainAccuracy, epoch.trainLoss, epoch.validationAccuracy, epoch.validationLoss]),
    shipped.epochs,
  )
  assert.deepEqual([result.testAccuracy, result.testLoss], [shipped.testAccuracy, shipped.testLoss])
}

function readShippedRun(expression: string, seed: number, file: string): RunLine {
  const lines = gunzipSync(readFileSync(join(PROJECT_ROOT, 'seed/mini-cnn', file)))
    .toString()
    .trim()
    .split('\n')
  const runs = lines.map((line) => JSON.parse(line) as RunLine)
  const found = runs.find((run) => run.expression === expression && run.seed === seed)
  assert.ok(found, `no run of ${expression} with seed ${seed} is shipped`)
  return found
}
