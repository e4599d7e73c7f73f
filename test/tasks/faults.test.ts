import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../src/numeric/random.js'
import { FAULTS, type FaultKind } from '../support/faults/faults.js'
import { rollThrough } from '../support/faults/roll-through.js'
import { runFaults } from '../support/faults/run-faults.js'

// The long forms are bench/reliability/faults.ts and bench/reliability/rolling-restart.ts.

test('one fault of each kind loses no job, duplicates none, and leaves the same bytes', async (t) => {
  const random = createRandom(Date.now(), 'faults')
  const { faults, audit } = await runFaults({
    servers: 1,
    workers: 2,
    pace: { beatSeconds: 0.5, reapSeconds: 0.5, silentSeconds: 4 },
    kinds: Object.keys(FAULTS) as FaultKind[],
    random: () => random.uniform(),
  })
  for (const { kind, recoverySeconds } of faults) t.diagnostic(`${kind}: ${recoverySeconds.toFixed(1)} s`)
  assert.ok(audit.jobs >= 4)
  assert.ok(audit.starts > audit.jobs, 'jobs were interrupted')
  assert.ok(audit.compared > 0)
  const { lost, doubled, different, tasksLeft } = audit
  assert.deepEqual({ lost, doubled, different, tasksLeft }, { lost: 0, doubled: 0, different: 0, tasksLeft: 0 })
})

test('a rolling restart of every server and worker ends each job once', async () => {
  const { audit, restarts } = await rollThrough({ jobs: 6, servers: 2, workers: 2 })
  assert.ok(restarts >= 4)
  assert.equal(audit.jobs, 6)
  const { lost, doubled, different, tasksLeft } = audit
  assert.deepEqual({ lost, doubled, different, tasksLeft }, { lost: 0, doubled: 0, different: 0, tasksLeft: 0 })
})
