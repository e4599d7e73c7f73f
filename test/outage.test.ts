import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runOutage } from './support/outage.js'

test('while the database is down, answers are SERVICE_UNAVAILABLE; afterwards, nothing has to be restarted', async () => {
  const report = await runOutage(3)
  assert.deepEqual(Object.keys(report.during), ['SERVICE_UNAVAILABLE'])
  assert.equal(report.dropped, 0)
  assert.deepEqual([report.health, report.readiness], [200, 503])
  assert.ok(report.slowestSeconds < 15, `the slowest answer took ${report.slowestSeconds} s`)
  assert.ok(report.subscriptionContinues)
  assert.ok(report.isSameProcess)
})
