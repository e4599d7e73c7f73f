import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { test } from 'node:test'
import { addToTotals } from '../../../src/db/workers/worker-reports.js'
import { openTestApi } from '../../support/api.js'
import { createWorker } from '../../support/benchmark.js'
import { queueSwish, waitForState } from '../../support/fixtures/tiny-training.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'
import { waitUntil } from '../../support/wait-until.js'
import { startWorkerProcess } from '../../support/worker-process.js'

/** The sum of the series whose labels include these. */
function sum(text: string, name: string, labels: Record<string, string> = {}): number {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .filter((line) => Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

test('a server shows what workers did and do, without the names of their hosts', async (t) => {
  const api = await openTestApi(t)
  const { database } = api
  await createTrainable(database, 'tiny')
  const viewer = await createViewer(database, 'trainer', ['TRAIN'])
  const worker = await startWorkerProcess(t, database.url, { reapSeconds: 0.5, silentSeconds: 2 })
  const jobId = await queueSwish(database, viewer)
  await waitForState(database, jobId, 'SUCCEEDED')
  await waitUntil(async () => (await database.prisma.fisherSpectrum.count()) === 1)

  await t.test('the last report of a worker that is told to stop is not lost', async () => {
    worker.child.kill('SIGTERM')
    await worker.exited
    const text = await api.app.gate.metrics.write()
    const tiny = { dataset: 'tiny', backend: 'tfjs-wasm' }
    const trainings = { ...tiny, task: 'train_activation' }
    assert.equal(sum(text, 'actbench_worker_tasks_total', { ...trainings, outcome: 'succeeded' }), 1)
    assert.equal(sum(text, 'actbench_worker_tasks_total', { ...tiny, task: 'compute_features' }), 1)
    const epochs = await database.prisma.trainingJobEpoch.count()
    assert.equal(sum(text, 'actbench_worker_epochs_total', tiny), epochs)
    assert.ok(sum(text, 'actbench_worker_images_total', tiny) > 0)
    assert.ok(sum(text, 'actbench_worker_task_seconds_total', trainings) > 0)
    assert.ok(sum(text, 'actbench_worker_wait_seconds_total', trainings) > 0)
    assert.equal(sum(text, 'actbench_workers_lost_total'), 0)
    assert.ok(!text.includes(hostname()))
  })

  await t.test('a living worker is shown with its memory, and a killed one is counted as lost', async () => {
    const next = await startWorkerProcess(t, database.url)
    await waitUntil(() =>
      database.prisma.worker.findFirst({ where: { id: next.workerId, memoryBytes: { gt: 10_000_000 } } }),
    )
    // A reading is reused for five seconds.
    const series = await waitUntil(async () => {
      const text = await api.app.gate.metrics.write()
      return text.includes(`worker="worker-${next.workerId}"`) ? text : null
    })
    const labels = { worker: `worker-${next.workerId}`, backend: 'tfjs-wasm', task: 'none' }
    assert.ok(sum(series, 'actbench_worker_memory_bytes', labels) > 10_000_000)
    assert.ok(series.includes(`actbench_worker_silent_seconds{worker="worker-${next.workerId}"`))
    next.child.kill('SIGKILL')
    await startWorkerProcess(t, database.url, { reapSeconds: 0.2 })
    await waitUntil(async () => sum(await api.app.gate.metrics.write(), 'actbench_workers_lost_total') === 1)
  })
})

test('the kinds of tasks that living workers take are shown', async (t) => {
  const api = await openTestApi(t)
  const { id } = await createWorker(api.database)
  await api.database.prisma.worker.update({
    where: { id },
    data: { tasks: ['train_activation:mini-cnn@1', 'train_activation:mini-cnn@2', 'update_surrogate'] },
  })
  const text = await api.app.gate.metrics.write()
  assert.equal(sum(text, 'actbench_queue_workers', { task: 'train_activation', dataset: 'mini-cnn' }), 2)
  assert.equal(sum(text, 'actbench_queue_workers', { task: 'update_surrogate' }), 1)
})

test('totals of many workers at once add up', async (t) => {
  const { database } = await openTestApi(t)
  const names = ['epochs', 'images', 'tasks', 'taskSeconds'] as const
  const counts = names.map((name) => ({ name, dataset: 'd', backend: 'b', task: '', outcome: '', value: 0.5 }))
  await Promise.all(
    Array.from({ length: 40 }, (_, i) => addToTotals(database.kysely, i % 2 ? counts : counts.toReversed())),
  )
  const totals = await database.prisma.workerCount.findMany()
  assert.deepEqual(
    totals.map(({ value }) => value),
    [20, 20, 20, 20],
  )
})
