import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runWriteFaults, WRITE_KINDS } from './support/write-faults.js'

test('every acknowledged write is stored exactly once, even if the server and PostgreSQL are killed during writes', async () => {
  const report = await runWriteFaults(4, 7)
  for (const kind of WRITE_KINDS) assert.ok(report.acknowledged[kind] > 0, kind)
  assert.deepEqual(report.lost, [])
  assert.deepEqual(report.doubled, [])
  assert.deepEqual(report.unexpected, [])
  assert.equal(report.incomplete, 0)
})
