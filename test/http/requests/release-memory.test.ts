import assert from 'node:assert/strict'
import process from 'node:process'
import { test } from 'node:test'
import { releaseMemoryWhenIdle } from '../../../src/http/requests/release-memory.js'
import { waitUntil } from '../../support/wait-until.js'

test('an idle process gives back the memory that it no longer uses', async (t) => {
  let garbage: unknown[] | null = Array.from({ length: 2_000_000 }, (_, i) => ({ i }))
  assert.equal(garbage.length, 2_000_000)
  const full = process.memoryUsage().heapTotal
  garbage = null
  let releases = 0
  const memory = releaseMemoryWhenIdle({
    seconds: 0.1,
    onRelease: () => {
      releases++
    },
  })
  t.after(memory.close)
  // The timer of the release does not keep a process alive.
  const alive = setInterval(() => {}, 1000)
  t.after(() => clearInterval(alive))
  await waitUntil(() => releases > 0)
  assert.ok(process.memoryUsage().heapTotal < full / 2, `${process.memoryUsage().heapTotal} of ${full} bytes`)
})
