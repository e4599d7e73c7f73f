import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorkProgress, formatDuration } from '../../src/progress/work-progress.js'

test('the line shows earlier work, failures and the best result so far', () => {
  const lines: string[] = []
  const progress = createWorkProgress(10, 4, (line) => lines.push(line))
  progress.note('relu(x)', { accuracy: 0.5 })
  progress.note('tanh(x)', { accuracy: 0.4 })
  progress.note('exp(x)', { failure: 'too hot' })
  assert.equal(progress.finish(), 1)
  assert.ok(lines.includes('failed: exp(x): too hot'))
  assert.match(lines.at(-1) ?? '', /^6\/10 done, 1 failed, [\d.]+\/s, \d+ s left, best 0\.5000 relu\(x\)$/)
})

test('durations are easy to read', () => {
  assert.deepEqual([0, 40, 720, 11_100, Number.NaN].map(formatDuration), ['0 s', '40 s', '12 min', '3 h 5 min', '?'])
})
