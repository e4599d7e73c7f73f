import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { openBackend } from '../../src/networks/backends/backend.js'
import { getImageTask } from '../../src/networks/recipes/trainable-datasets.js'
import { trainNetwork } from '../../src/networks/training/train-network.js'
import type { StepProgress } from '../../src/networks/training/training-epoch.js'
import { startTraining } from '../../src/services/trainings/start-training.js'
import { createStepReporter } from '../../src/tasks/step-reporter.js'
import { openTestApi } from '../support/api.js'
import { registerTinyDataset } from '../support/fixtures/tiny-dataset.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'
import { waitUntil } from '../support/wait-until.js'

const JOB = '{ trainingJobs { nodes { state progress step steps imagesPerSecond expectedEndAt } } }'

test('a training counts its steps and its share of the work up to the end, evaluations included', async () => {
  const dataset = registerTinyDataset()
  const backend = await openBackend('wasm')
  const seen: StepProgress[] = []
  await trainNetwork({ dataset, expression: 'relu(x)', seed: 0, backend, onStep: (progress) => seen.push(progress) })
  const perEpoch = Math.floor(getImageTask(dataset).train.count / dataset.recipe.batchSize)
  const steps = perEpoch * dataset.recipe.epochs
  assert.deepEqual(seen[0], { step: 0, steps, share: 0 })
  assert.deepEqual(
    [...new Set(seen.map(({ step }) => step))],
    Array.from({ length: steps + 1 }, (_, step) => step),
  )
  for (let i = 1; i < seen.length; i++) assert.ok(seen[i].share >= seen[i - 1].share, `call ${i}`)
  assert.ok(seen[seen.length - 1].share > 1 - 1 / dataset.recipe.epochs)
  assert.ok(seen.every(({ share }) => share <= 1))
})

test('clients see the steps of an epoch that lasts, and nothing of a worker that lost its job', async (t) => {
  const api = await openTestApi(t)
  const { database } = api
  await createTrainable(database, 'tiny')
  const secret = await api.createKey('TRAIN')
  await api.ask(
    'mutation { trainActivation(input: { dataset: "tiny", expression: "relu(x)" }) { jobs { id } } }',
    {},
    secret,
  )
  const read = async () => (await api.ask(JOB)).data.trainingJobs.nodes[0]
  assert.deepEqual(await read(), {
    ...{ state: 'QUEUED', progress: 0, step: null, steps: null, imagesPerSecond: null, expectedEndAt: null },
  })

  const { id } = await database.prisma.trainingJob.findFirstOrThrow()
  const worker = await database.prisma.worker.create({
    data: { poolId: 'steps', lockKey: 1n, host: 'here', processId: 1, backend: 'tfjs-wasm', device: 'processor' },
  })
  const claim = await startTraining(database, id, worker)
  assert.ok(claim)
  const reporter = createStepReporter(database, claim, 32, pino({ level: 'silent' }), 0)
  reporter.report({ step: 0, steps: 40, share: 0 })
  reporter.report({ step: 10, steps: 40, share: 0.25 })
  const running = await waitUntil(async () => {
    const job = await read()
    return job.step === 10 && job
  })
  assert.deepEqual([running.state, running.progress, running.steps], ['RUNNING', 0.25, 40])
  assert.ok(running.imagesPerSecond > 0)
  assert.ok(Number.isFinite(Date.parse(running.expectedEndAt)))

  const lost = createStepReporter(database, { ...claim, fence: claim.fence - 1 }, 32, pino({ level: 'silent' }), 0)
  lost.report({ step: 0, steps: 40, share: 0 })
  lost.report({ step: 30, steps: 40, share: 0.75 })
  reporter.report({ step: 11, steps: 40, share: 0.275 })
  await waitUntil(async () => (await read()).step === 11)
  assert.equal((await read()).progress, 0.275)
})
