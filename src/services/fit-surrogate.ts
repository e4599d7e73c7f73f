import type { Database } from '../db/client.js'
import { addMeasuredMap } from '../surrogate/measured-map.js'
import { type PaceOptions, toPartOf } from '../surrogate/pace.js'
import { computeUmapKnnQuality } from '../surrogate/quality.js'
import { FIT_SEED, type PointPrediction } from '../surrogate/surrogate-method.js'
import {
  createFittedFeatures,
  fitUmapKnn,
  predictRows,
  predictUmapKnn,
  type UmapKnnFit,
} from '../surrogate/umap-knn.js'
import { serialiseUmapKnn } from '../surrogate/umap-knn-codec.js'
import { type FittedSurrogate, fitStoredGaussianProcess } from './fit-gaussian-process.js'
import { loadFitInput, type StoredFitInput } from './load-fit-input.js'
import type { RecordedFit, RecordedPoint, StartedFit } from './record-surrogate.js'
import { requireEnoughMeasured } from './update-surrogate.js'

/**
 * Fits the surrogate of a dataset, by its algorithm, on all that is stored now, and returns what is to be recorded. Throws
 * SURROGATE_UNAVAILABLE where too few functions were measured; rejects where the signal is aborted.
 */
export async function fitSurrogate(
  database: Database,
  { dataset, surrogate }: Pick<StartedFit, 'dataset' | 'surrogate'>,
  options: PaceOptions,
): Promise<RecordedFit> {
  const started = performance.now()
  const input = await loadFitInput(database, dataset)
  const trainedOn = input.targets.filter(Number.isFinite).length
  requireEnoughMeasured(dataset.name, trainedOn)
  const fitStored = surrogate.algorithm === 'GAUSSIAN_PROCESS' ? fitStoredGaussianProcess : fitStoredUmapKnn
  const { artifact, points, quality, withSpectra } = await fitStored(input, FIT_SEED, options)
  return {
    trainedOn,
    withSpectra,
    quality,
    fitSeconds: (performance.now() - started) / 1000,
    artifact,
    points,
  }
}

/** Functions with a usable spectrum are embedded; the other finite ones are placed into the map afterwards. */
async function fitStoredUmapKnn(input: StoredFitInput, seed: number, options: PaceOptions): Promise<FittedSurrogate> {
  const ids = Array.from(input.activationIds, String)
  const whole = await fitUmapKnn({ ...input, ...toPartOf(options, 0, 0.75), ids, seed })
  const fit = await addMeasuredMap(whole, input, toPartOf(options, 0.75, 0.85))
  const points = [...toFittedPoints(fit, input), ...(await placeOthers(fit, input, toPartOf(options, 0.85, 0.95)))]
  const quality = await computeUmapKnnQuality(fit, { ...toPartOf(options, 0.95, 1), seed })
  return { artifact: serialiseUmapKnn(fit), points, quality, withSpectra: input.spectra !== null }
}

function toFittedPoints(fit: UmapKnnFit, input: StoredFitInput): RecordedPoint[] {
  return predictRows(fit, input.targets.keys()).map((prediction, row) =>
    toPoint(input.activationIds[row], input.targets[row], prediction, input),
  )
}

/** Functions of unusable spectrum, measured or not: no measurement of theirs is in the fit, so none need be left out. */
async function placeOthers(fit: UmapKnnFit, input: StoredFitInput, options: PaceOptions): Promise<RecordedPoint[]> {
  const { activationIds, values, columns } = input.others
  if (activationIds.length === 0) return []
  const features = createFittedFeatures(fit, input.outputs, null)
  const queries = Array.from(activationIds, (_, row) => ({
    outputs: values.subarray(row * columns, (row + 1) * columns),
    spectrum: null,
  }))
  const predictions = await predictUmapKnn(fit, queries, features, options)
  return predictions.map((prediction, row) => toPoint(activationIds[row], input.otherTargets[row], prediction, input))
}

function toPoint(
  activationId: number,
  target: number,
  prediction: PointPrediction,
  { evaluationIds }: StoredFitInput,
): RecordedPoint {
  return {
    activationId,
    x: prediction.place?.[0] ?? null,
    y: prediction.place?.[1] ?? null,
    mean: prediction.mean,
    standardDeviation: prediction.standardDeviation,
    measured: Number.isFinite(target) ? target : null,
    hasSpectrum: prediction.features.includes('FISHER_SPECTRUM'),
    basedOn: prediction.basedOn.map((row) => evaluationIds[row]),
  }
}
