import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPulse, watchPulse } from '../../src/worker-liveness/pulse.js'

test('a task without progress counts as stalled; one with progress or one that has ended does not', async () => {
  const pulse = createPulse()
  const watch = watchPulse(pulse.buffer, 0.05)
  await sleep(100)
  assert.ok(!watch.isStalled(), 'no task runs')
  let end: () => void = () => {}
  const task = pulse.during(() => new Promise<void>((done) => (end = done)))
  assert.ok(!watch.isStalled())
  await sleep(100)
  assert.ok(watch.isStalled())
  pulse.beat()
  assert.ok(!watch.isStalled())
  await sleep(100)
  watch.reset()
  assert.ok(!watch.isStalled(), 'no progress is expected while the database is unreachable')
  end()
  await task
  await sleep(100)
  assert.ok(!watch.isStalled())
})

test('a task that fails no longer counts as running', async () => {
  const pulse = createPulse()
  await assert.rejects(
    pulse.during(() => Promise.reject(new Error('no'))),
    /no/,
  )
  const watch = watchPulse(pulse.buffer, 0.01)
  await sleep(50)
  assert.ok(!watch.isStalled())
})
