import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import type { BulkItem } from '../../src/bulk/bulk-item.js'
import { bulkToFile } from '../../src/bulk/bulk-to-file.js'
import { parseRunLine } from '../../src/datasets/shipped/run-line.js'
import { parseSpectrumLine } from '../../src/datasets/shipped/spectrum-line.js'
import { getTrainableDataset } from '../../src/networks/recipes/trainable-datasets.js'
import { makeFolder } from '../support/folder.js'
import { waitUntil } from '../support/wait-until.js'

const { version, recipe } = getTrainableDataset('mini-cnn')
const DONE = {
  ...{ dataset: 'mini-cnn', version, expression: 'mul(x,sigmoid(x))', seed: 0, epochs: [] },
  ...{ trainAccuracy: 0.5, trainLoss: 1, validationAccuracy: 0.5, validationLoss: 1, testAccuracy: 0.5, testLoss: 1 },
  ...{ runtimeSeconds: 1, backend: null, device: null, softwareVersion: null },
}

const itemsOf = (...expressions: string[]): BulkItem[] =>
  expressions.map((expression) => ({ kind: 'TRAIN', dataset: 'mini-cnn', expression, seed: 0 }))

test('a function that the file has in another spelling is not trained, and a training whose process is killed starts again', async () => {
  const output = join(makeFolder(), 'runs.jsonl')
  writeFileSync(output, `${JSON.stringify(DONE)}\n{"dataset":`)
  const shown: string[] = []
  const training = bulkToFile({
    ...{ dataset: 'mini-cnn', version, items: itemsOf('swish(x)', 'relu(x)'), output },
    ...{ processes: 1, backend: 'wasm', show: (line: string) => shown.push(line) },
  })
  process.kill(await waitUntil(findChild), 'SIGKILL')
  assert.equal(await training, 0)
  const lines = readFileSync(output, 'utf8').trimEnd().split('\n').map(parseRunLine)
  assert.deepEqual(
    lines.map((line) => line.expression),
    ['mul(x,sigmoid(x))', 'relu(x)'],
  )
  assert.equal(lines[1].epochs.length, recipe.epochs)
  assert.equal(lines[1].epochs.at(-1)?.[2], lines[1].validationAccuracy)
  assert.match(shown.at(-1) ?? '', /^2\/2 done, 0 failed, /)
})

test('the line of a function with parameters has what was learnt of them, and no other line has', async () => {
  const output = join(makeFolder(), 'runs.jsonl')
  const items = itemsOf('prelu(x)', 'relu(x)')
  await bulkToFile({ dataset: 'mini-cnn', version, items, output, processes: 1, backend: 'wasm', show: () => {} })
  const [prelu, relu] = readFileSync(output, 'utf8').trimEnd().split('\n').map(parseRunLine)
  const [{ name, initialValue, values }] = prelu.learnedParameters ?? []
  assert.deepEqual([name, initialValue, values.map((layer) => layer.length)], [null, 0.25, [1, 1, 1]])
  assert.ok(prelu.epochs.at(-1)![1]! < prelu.epochs[0][1]!, 'the loss did not fall')
  assert.ok(!('learnedParameters' in relu))
})

test('a failure is counted and shown, and writes nothing', async () => {
  const output = join(makeFolder(), 'runs.jsonl')
  const shown: string[] = []
  const failed = await bulkToFile({
    ...{ dataset: 'mini-cnn', version, items: itemsOf('relu(x)', 'tanh(x)'), output },
    ...{ processes: 1, backend: 'abacus', show: (line: string) => shown.push(line) },
  })
  assert.equal(failed, 2)
  assert.equal(readFileSync(output, 'utf8'), '')
  const refusal = /^failed: relu\(x\): backend: no such backend; expected one of auto, .+, got "abacus"$/
  assert.ok(shown.some((line) => refusal.test(line)))
})

test('a file of another version of the recipe is not changed', async () => {
  const output = join(makeFolder(), 'runs.jsonl')
  const text = `${JSON.stringify({ ...DONE, version: 'none' })}\n`
  writeFileSync(output, text)
  const options = { dataset: 'mini-cnn', version, items: itemsOf('relu(x)'), output, processes: 1, backend: 'wasm' }
  await assert.rejects(bulkToFile({ ...options, show: () => {} }), /belongs to mini-cnn version none/)
  assert.equal(readFileSync(output, 'utf8'), text)
})

test('spectra have the length of the dataset, are read back unchanged, and are computed once', async () => {
  const output = join(makeFolder(), 'spectra.jsonl')
  const items: BulkItem[] = [{ kind: 'SPECTRUM', dataset: 'mini-cnn', expression: 'tanh(x)' }]
  const options = { dataset: 'mini-cnn', version, items, output, processes: 1, backend: 'wasm', show: () => {} }
  assert.equal(await bulkToFile(options), 0)
  const text = readFileSync(output, 'utf8')
  const { values, reason } = parseSpectrumLine(text)
  assert.equal(reason, null)
  assert.equal(values?.length, 400)
  assert.ok(values.every((value) => value >= 0 && value <= 1))
  assert.equal(values.at(-1), 1)
  await bulkToFile(options)
  assert.equal(readFileSync(output, 'utf8'), text)
})

/** The process id of our only child. */
function findChild(): number {
  return Number(readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim())
}
