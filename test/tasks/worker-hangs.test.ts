import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { PROJECT_ROOT } from '../../src/root.js'
import { trainActivation } from '../../src/services/train-activation.js'
import { keepProcess } from '../support/faults/kept-process.js'
import { openTrainingDatabase, waitForState } from '../support/tiny-training.js'
import { createTrainable } from '../support/training-fixture.js'
import { waitUntil } from '../support/wait-until.js'

test('a training that hangs ends its worker, fails after three starts with the reason, and blocks nobody', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  await createTrainable(database, 'hanging')
  const [hanging, fine] = await Promise.all(
    ['hanging', 'tiny'].map(async (dataset) => {
      const { jobs } = await trainActivation(database, viewer, { dataset, expression: 'relu(x)' })
      return jobs[0].id
    }),
  )
  // Long enough for the start of a training on a busy machine, which is no hang.
  const pace = { beatSeconds: 0.5, sweepSeconds: 0.5, silentSeconds: 4, stallSeconds: 5 }
  const file = join(PROJECT_ROOT, 'build/test/support/run-worker.js')
  const worker = keepProcess(file, [JSON.stringify({ databaseUrl: database.url, options: pace })])
  t.after(worker.stop)
  const first = await worker.ready()
  assert.equal(await first.exited, 'SIGKILL')
  const job = await waitForState(database, hanging, 'FAILED')
  assert.equal(job.attempts, 3)
  assert.match(job.failure ?? '', /died 3 times in a row .*hung/)
  await waitForState(database, fine, 'SUCCEEDED')
  await waitUntil(async () => (await database.prisma.worker.count()) === 1)
})
