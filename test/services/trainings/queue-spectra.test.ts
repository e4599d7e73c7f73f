import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRIORITY, queueTask, taskKey } from '../../../src/db/queue.js'
import { listEndedSpectra } from '../../../src/db/trainings/bulk-spectra.js'
import { ensureActivation } from '../../../src/services/activations/ensure-activation.js'
import { queueSpectra, withdrawSpectra } from '../../../src/services/trainings/queue-spectra.js'
import { recordFeatures } from '../../../src/services/trainings/record-features.js'
import { openTestDatabase } from '../../support/database.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'

test('queues missing spectra, reports how each ended, and withdraws those that wait', async (t) => {
  const database = await openTestDatabase(t)
  const dataset = await createTrainable(database)
  const expressions = ['relu(x)', 'swish(x)', 'tanh(x)', 'erf(x)', 'exp(reciprocal(x))']
  const ids: number[] = []
  for (const expression of expressions) ids.push((await ensureActivation(database.prisma, expression)).id)
  const [relu, swish, tanh, erf] = ids
  const record = (activationId: number, reason: string | null, datasetVersion = dataset.version) =>
    recordFeatures(database, {
      datasetId: dataset.id,
      activationId,
      datasetVersion,
      values: reason === null ? new Float32Array(400) : null,
      reason,
    })
  await record(relu, null)
  await record(swish, 'layer a: input or gradient is not finite')
  await record(tanh, null, 'an older one')
  const jobKey = taskKey('compute_features', dataset.id, erf)
  const payload = { datasetId: dataset.id, activationId: erf }
  await queueTask(database.kysely, 'compute_features', payload, { jobKey, priority: PRIORITY.interactive, dataset })

  const work = await queueSpectra(database, { dataset, expressions })
  assert.deepEqual([work.total, work.done, work.waiting], [5, 1, [tanh, erf]])
  assert.deepEqual(
    work.refused.map(({ expression }) => expression),
    ['exp(reciprocal(x))', 'swish(x)'],
  )
  const listTasks = async () =>
    (await database.pool.query('SELECT key, priority FROM graphile_worker.jobs ORDER BY id')).rows
  const tanhKey = taskKey('compute_features', dataset.id, tanh)
  assert.deepEqual(await listTasks(), [
    { key: jobKey, priority: PRIORITY.interactive },
    { key: tanhKey, priority: PRIORITY.bulk },
  ])
  assert.deepEqual((await queueSpectra(database, { dataset, expressions })).waiting, [tanh, erf])
  assert.deepEqual(await listEndedSpectra(database.kysely, dataset, work.waiting), [])

  assert.equal(await withdrawSpectra(database, dataset), 1)
  assert.deepEqual(await listTasks(), [{ key: jobKey, priority: PRIORITY.interactive }])
  await record(erf, null)
  assert.deepEqual(await listEndedSpectra(database.kysely, dataset, [erf, tanh, swish]), [
    { id: swish, expression: 'swish(x)', accuracy: null, failure: 'layer a: input or gradient is not finite' },
    { id: erf, expression: 'erf(x)', accuracy: null, failure: null },
    { id: tanh, expression: 'tanh(x)', accuracy: null, failure: 'its task was withdrawn' },
  ])
  await assert.rejects(queueSpectra(database, { dataset: { ...dataset, fisherSpectrumLength: null }, expressions }), {
    code: 'CONFLICT',
  })
})
