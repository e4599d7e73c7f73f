import { isConnectionError, throughOutage } from '../db/connection/connection-errors.js'
import { computeFisherSpectrum } from '../features/fisher-spectrum.js'
import type { TrainableDataset } from '../networks/recipes/trainable-dataset.js'
import { captureInitialLayers } from '../networks/training/capture-layers.js'
import { findMissingSpectrum, type MissingSpectrum, recordFeatures } from '../services/trainings/record-features.js'
import type { TaskOutcome } from './observe-task.js'
import { toPublicReason } from './public-reason.js'
import type { TaskContext } from './task-context.js'

/** A spectrum fails after this many starts, because it ends the workers that compute it. */
const MOST_STARTS = 3

/**
 * Computes and stores the Fisher spectrum of a function in a dataset's network, or the reason for a failure. Does nothing
 * if the spectrum is stored already, or if the worker has another version of the dataset. `starts` includes this start.
 */
export async function computeFeatures(
  { database, datasets, tasksFolder, closing, log }: TaskContext,
  { datasetId, activationId }: GraphileWorker.Tasks['compute_features'],
  starts: number,
): Promise<TaskOutcome> {
  const missing = await throughOutage(() => findMissingSpectrum(database, { datasetId, activationId }), closing)
  if (missing?.length == null) return 'ended'
  const dataset = datasets.find(missing.datasetName)
  if (dataset?.version !== missing.datasetVersion) return 'ended'
  const started = performance.now()
  const { values, reason } =
    starts > MOST_STARTS
      ? { values: null, reason: `its worker died ${MOST_STARTS} times while it computed the spectrum` }
      : await computeSpectrum(dataset, missing, missing.length, tasksFolder)
  const { datasetVersion } = missing
  await throughOutage(
    () => recordFeatures(database, { datasetId, activationId, datasetVersion, values, reason }),
    closing,
  )
  log.info({ expression: missing.expression, seconds: (performance.now() - started) / 1000, reason }, 'spectrum')
  return values ? 'succeeded' : 'failed'
}

interface Spectrum {
  readonly values: Float32Array | null
  readonly reason: string | null
}

async function computeSpectrum(
  dataset: TrainableDataset,
  { expression }: MissingSpectrum,
  length: number,
  tasksFolder: string,
): Promise<Spectrum> {
  try {
    const layers = await captureInitialLayers(dataset, expression, tasksFolder)
    const { spectrum, reason } = computeFisherSpectrum(layers, dataset.fisher.edges)
    if (!spectrum) return { values: null, reason: reason ?? 'the spectrum is not finite' }
    if (spectrum.length === length) return { values: spectrum, reason: null }
    return { values: null, reason: `the spectrum has ${spectrum.length} values, the dataset's have ${length}` }
  } catch (error) {
    if (isConnectionError(error)) throw error
    return { values: null, reason: `the spectrum could not be computed: ${toPublicReason(error)}` }
  }
}
