import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStepLog } from '../../src/start/step-log.js'
import { waitUntil } from '../support/wait-until.js'

test('a step that lasts is repeated with its time, until the next one', async () => {
  const lines: string[] = []
  const { step, close } = openStepLog((line) => lines.push(line), 20)
  step('one')
  await waitUntil(() => lines.length > 2)
  step('two')
  close()
  assert.equal(lines[0], 'one')
  assert.match(lines[1], /^one: \d+ s so far$/)
  assert.equal(lines.at(-1), 'two')
})
