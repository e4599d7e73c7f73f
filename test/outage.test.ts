import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runOutage } from './support/outage.js'

test('a database that is killed and comes back is SERVICE_UNAVAILABLE meanwhile, and nothing has to be restarted', async () => {
  const report = await runOutage(3)
  assert.deepEqual(Object.keys(report.during), ['SERVICE_UNAVAILABLE'])
  assert.equal(report.dropped, 0)
  assert.deepEqual([report.health, report.readiness], [200, 503])
  assert.ok(report.slowestSeconds < 15, `${report.slowestSeconds} s for an answer`)
  assert.ok(report.subscriptionGoesOn)
  assert.ok(report.isSameProcess)
})
