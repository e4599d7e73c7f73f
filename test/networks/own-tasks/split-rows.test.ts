import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitRows } from '../../../src/networks/own-tasks/split-rows.js'
import type { SplitRule } from '../../../src/networks/own-tasks/task-definition.js'

const LABELS = Uint8Array.from({ length: 100 }, (_, i) => (i < 70 ? 0 : i < 90 ? 1 : 2))
const RANDOM: SplitRule = { pick: 'random', seed: 5, validation: 0.1, test: 20, stratified: false }

function split(rule: Partial<SplitRule>) {
  const { train, validation, test: testing } = splitRows(LABELS, 3, { ...RANDOM, ...rule }, 'task.json: data.split')
  return [train, validation, testing].map((rows) => [...rows])
}

test('every row belongs to one split, in the order of the file, and the seed decides to which', () => {
  for (const stratified of [false, true]) {
    const parts = split({ stratified })
    assert.deepEqual(
      parts.map(({ length }) => length),
      [70, 10, 20],
    )
    assert.deepEqual(
      parts.flat().sort((a, b) => a - b),
      Array.from({ length: 100 }, (_, i) => i),
    )
    for (const rows of parts)
      assert.deepEqual(
        rows,
        [...rows].sort((a, b) => a - b),
      )
    assert.deepEqual(split({ stratified }), parts)
    assert.notDeepEqual(split({ stratified, seed: 6 }), parts)
  }
})

test('a stratified split has the same share of each class everywhere', () => {
  const counts = split({ stratified: true }).map((rows) =>
    [0, 1, 2].map((k) => rows.filter((row) => LABELS[row] === k).length),
  )
  assert.deepEqual(counts, [
    [49, 14, 7],
    [7, 2, 1],
    [14, 4, 2],
  ])
})

test('the last rows validate and test if the rule says so', () => {
  const [train, validation, testing] = split({ pick: 'last', validation: 3, test: 0.02 })
  assert.deepEqual([train.length, train[94], validation, testing], [95, 94, [95, 96, 97], [98, 99]])
})

test('a rule that leaves nothing to train is refused', () => {
  assert.throws(() => split({ validation: 80, test: 20 }), {
    message:
      'task.json: data.split: expected fewer rows to validate and to test than the 100 of the training files, got 80 + 20',
  })
})
