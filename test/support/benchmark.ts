import type { Database } from '../../src/db/connection/client.js'
import type { Dataset } from '../../src/db/generated/client.js'
import { storeExpressions } from '../../src/services/activations/store-expressions.js'
import { updateSurrogate as requestSurrogate } from '../../src/services/surrogates/update-surrogate.js'
import { recordEpoch } from '../../src/services/trainings/record-epoch.js'
import { recordRun } from '../../src/services/trainings/record-run.js'
import { startTraining } from '../../src/services/trainings/start-training.js'
import { updateSurrogate } from '../../src/tasks/update-surrogate.js'
import {
  createSyntheticDataset,
  listFunctions,
  type StoredFunction,
  storeFunctions,
} from './fixtures/learning-fixture.js'
import { createViewer } from './fixtures/training-fixture.js'

export interface Benchmark {
  readonly dataset: Dataset
  /** Only the first `measured` functions are evaluated. */
  readonly functions: readonly StoredFunction[]
  readonly measured: number
}

/**
 * Creates the dataset `synthetic`, shaped like an imported one. Every metric has ties and missing values. Each evaluation
 * has three runs with learning curves. There are spectra, and more functions than evaluations.
 */
export async function createBenchmark(database: Database, count = 60, measured = 48): Promise<Benchmark> {
  const functions = await storeFunctions(database, listFunctions(count))
  const dataset = await createSyntheticDataset(database, {
    measured: functions.slice(0, measured),
    spectra: functions.slice(0, count - 2),
  })
  // Coarse values make ties. Every seventh value of a metric is missing, in different rows for each metric.
  await database.pool.query(`
    UPDATE evaluations SET
      validation_accuracy = CASE WHEN id % 7 <> 0 THEN round(validation_accuracy::numeric, 1) END,
      train_accuracy = CASE WHEN id % 7 <> 1 THEN (id * 37 % 10) / 10.0 END,
      test_accuracy = CASE WHEN id % 7 <> 2 THEN (id * 17 % 10) / 10.0 END,
      train_loss = CASE WHEN id % 7 <> 3 THEN (id * 23 % 12) / 4.0 END,
      validation_loss = CASE WHEN id % 7 <> 4 THEN (id * 29 % 12) / 4.0 END,
      test_loss = CASE WHEN id % 7 <> 5 THEN (id * 31 % 12) / 4.0 END,
      runtime_seconds = CASE WHEN id % 7 <> 6 THEN 10 + id % 5 END`)
  await database.pool.query(`
    INSERT INTO runs (evaluation_id, dataset_id, activation_id, dataset_version, seed, validation_accuracy, runtime_seconds)
    SELECT id, dataset_id, activation_id, '1', seed, validation_accuracy, 12 FROM evaluations, generate_series(0, 2) seed`)
  await database.pool.query(`
    INSERT INTO run_epochs (run_id, epoch, train_accuracy, train_loss, validation_accuracy, validation_loss)
    SELECT id, epoch, 0.1 * epoch, 2.0 / epoch, 0.1 * epoch, 2.1 / epoch FROM runs, generate_series(1, 3) epoch`)
  await storeExpressions(database.prisma, ['max_n(relu(x),relu(x))'])
  return { dataset, functions, measured }
}

/** Fits the dataset's surrogate with the code that a worker runs, and returns its id. */
export async function fitBenchmark(
  database: Database,
  { dataset }: { readonly dataset: Pick<Dataset, 'name'> },
): Promise<number> {
  const viewer = await createViewer(database, 'fitter', ['TRAIN'])
  const { id } = await requestSurrogate(database, viewer, { dataset: dataset.name, algorithm: 'UMAP_KNN' })
  await updateSurrogate(database, { surrogateId: id })
  return id
}

/** Creates the row of a worker that was just seen. */
export async function createWorker(database: Database, datasets: string[] = ['mini-cnn']) {
  return database.prisma.worker.create({
    data: { poolId: 'pool', lockKey: 1n, host: 'here', processId: 1, backend: 'tfjs-wasm', device: 'cpu', datasets },
  })
}

/**
 * Plays the part of a worker in a training job, without training: records `epochs` of the two epochs. The result is
 * recorded only after both.
 */
export async function playTraining(database: Database, jobId: number, workerId: number, epochs = 2): Promise<void> {
  const worker = { id: workerId, backend: 'tfjs-wasm', device: 'cpu' }
  const hold = await startTraining(database, jobId, worker)
  if (!hold) throw new Error(`job ${jobId}: cannot be started`)
  const measured = { trainAccuracy: 0.5, trainLoss: 1, validationAccuracy: 0.4, validationLoss: 1.2 }
  const curve = [1, 2].map((epoch) => ({ epoch, ...measured }))
  for (const metrics of curve.slice(0, epochs)) {
    await recordEpoch(database, hold, { metrics, progress: metrics.epoch / 2, checkpoint: new Uint8Array(4) })
  }
  if (epochs < 2) return
  const result = { ...measured, testAccuracy: 0.4, testLoss: 1.3, runtimeSeconds: 2 }
  const { backend, device } = worker
  const learnedParameters = [{ name: 'a', initialValue: 0.25, values: [[0.5], [-0.1]] }]
  const endReason = 'loss at chance for 2 epochs, ended after epoch 2 of 4'
  const run = { ...result, epochs: curve, backend, device, softwareVersion: '1.2.3', learnedParameters, endReason }
  const state = await recordRun(database, hold, run)
  if (state !== 'valid') throw new Error(`job ${jobId}: expected a valid claim, got ${state}`)
}
