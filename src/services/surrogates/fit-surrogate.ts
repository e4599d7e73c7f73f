import type { Database } from '../../db/connection/client.js'
import { countEvaluated } from '../../db/evaluations/list-measured.js'
import type { VectorBlock } from '../../db/features/load-vectors.js'
import type { FittedPoint } from '../../db/surrogates/write-surrogates.js'
import { widen } from '../../surrogate/cross-validation/held-out.js'
import { UNCHANGED_INTERVALS } from '../../surrogate/cross-validation/interval-curve.js'
import { type PaceOptions, toPartOf } from '../../surrogate/pace.js'
import {
  FIT_SEED,
  type MapPoint,
  nameFeatures,
  type PointPrediction,
  requireEvaluations,
} from '../../surrogate/surrogate-method.js'
import type { FeatureMaps } from '../../surrogate/umap/embed-features.js'
import { createMapScreen } from '../../surrogate/umap/map-screen.js'
import { addMeasuredMap } from '../../surrogate/umap/measured-map.js'
import type { Layout } from '../../surrogate/umap/spectral-layout.js'
import {
  createFittedFeatures,
  fitUmapMaps,
  predictRows,
  predictUmapKnn,
  type UmapKnnFit,
} from '../../surrogate/umap/umap-knn.js'
import { serialiseUmapKnn } from '../../surrogate/umap/umap-knn-codec.js'
import { listMeasuredOutside, rateUmapKnn } from '../../surrogate/umap/umap-knn-quality.js'
import { type FittedSurrogate, fitStoredGaussianProcess } from './fit-gaussian-process.js'
import { loadFitInput, type StoredFitInput } from './load-fit-input.js'
import { createOthersLoader, type LoadOthers } from './load-others.js'
import type { RecordedFit, StartedFit } from './record-surrogate.js'
import type { Screen } from './scan-candidates.js'

export interface FitOptions extends PaceOptions {
  /** Maximum number of functions with a stored prediction. @defaultValue 20,000 */
  readonly mostCandidates?: number
}

/**
 * Fits the surrogate of a dataset, by its algorithm, on everything that is stored now, and returns the result for
 * `recordSurrogate`. Throws SURROGATE_UNAVAILABLE if too few functions were measured; rejects if the signal is aborted.
 */
export async function fitSurrogate(
  database: Database,
  { dataset, surrogate }: Pick<StartedFit, 'dataset' | 'surrogate'>,
  { mostCandidates, ...options }: FitOptions,
): Promise<RecordedFit> {
  const started = performance.now()
  const input = await loadFitInput(database, dataset, mostCandidates)
  requireEvaluations(input.targets.filter(Number.isFinite).length, dataset.name)
  const evaluated = await countEvaluated(database.kysely, dataset.id)
  const fitStored = surrogate.algorithm === 'GAUSSIAN_PROCESS' ? fitStoredGaussianProcess : fitStoredUmapKnn
  const { artifact, points, quality, features, trainedOn } = await fitStored(
    input,
    createOthersLoader(database, input),
    FIT_SEED,
    options,
  )
  return {
    trainedOn,
    // Evaluations may have been added or deleted since the input was read.
    leftOut: Math.max(0, evaluated - trainedOn),
    features,
    quality,
    fitSeconds: (performance.now() - started) / 1000,
    artifact,
    points,
  }
}

/** Embeds the functions of the input, and places the other finite functions on the map afterwards. */
async function fitStoredUmapKnn(
  input: StoredFitInput,
  loadOthers: LoadOthers,
  seed: number,
  options: PaceOptions,
): Promise<FittedSurrogate> {
  const ids = Array.from(input.activationIds, String)
  const given = { ...input, ...toPartOf(options, 0, 0.75), ids, seed, withoutSpectra: null }
  const { fit: whole, featureMaps } = await fitUmapMaps(given, { withFeatureMaps: true })
  const unrated = await addMeasuredMap(whole, input, toPartOf(options, 0.75, 0.85))
  const others = await loadOthers(async () => screenByMap(unrated, input), toPartOf(options, 0.85, 0.9))
  const placed = await placeOthers(unrated, featureMaps, input, others, toPartOf(options, 0.9, 0.95))
  const outside = listMeasuredOutside(placed)
  const classes = ids.map((id) => input.shapes.get(Number(id)))
  const { fit, quality } = await rateUmapKnn(unrated, { ...toPartOf(options, 0.95, 1), seed, outside, classes })
  const curve = fit.intervals?.byOutputs ?? UNCHANGED_INTERVALS
  const points = [...toFittedPoints(fit, featureMaps, input), ...placed.map((point) => widen(point, curve))]
  const features = nameFeatures(true, input.spectra !== null)
  const trainedOn = input.targets.filter(Number.isFinite).length
  return { artifact: serialiseUmapKnn(fit), points, quality, features, trainedOn }
}

function toFittedPoints(fit: UmapKnnFit, maps: FeatureMaps | null, input: StoredFitInput): FittedPoint[] {
  const placeOn = (layout: Layout | undefined, row: number): MapPoint | null =>
    layout ? [layout[2 * row], layout[2 * row + 1]] : null
  return predictRows(fit, input.targets.keys()).map((prediction, row) => ({
    ...toPoint(input.activationIds[row], input.targets[row], prediction, input),
    outputsPoint: placeOn(maps?.outputs, row),
    spectrumPoint: placeOn(maps?.spectra, row),
  }))
}

async function screenByMap(fit: UmapKnnFit, { outputs }: StoredFitInput): Promise<Screen> {
  const screen = await createMapScreen(fit, outputs)
  return ({ values, activationIds }) => screen.scoreRows(values, activationIds.length)
}

/** Predicts functions outside the fit. The fit does not use their measurements, so it need not leave any out. */
async function placeOthers(
  fit: UmapKnnFit,
  maps: FeatureMaps | null,
  input: StoredFitInput,
  { activationIds, values, columns }: VectorBlock,
  options: PaceOptions,
): Promise<PlacedPoint[]> {
  if (activationIds.length === 0) return []
  const features = createFittedFeatures(fit, input.outputs, null, maps?.outputs)
  const queries = Array.from(activationIds, (_, row) => ({
    outputs: values.subarray(row * columns, (row + 1) * columns),
    spectrum: null,
  }))
  const predictions = await predictUmapKnn(fit, queries, features, options)
  return predictions.map((prediction, row) =>
    toPoint(activationIds[row], input.targetOf(activationIds[row]), prediction, input),
  )
}

type PlacedPoint = FittedPoint & { readonly standardDeviation: number }

function toPoint(
  activationId: number,
  target: number,
  prediction: PointPrediction,
  { evaluationIds }: StoredFitInput,
): PlacedPoint {
  return {
    activationId,
    x: prediction.mapPoint?.[0] ?? null,
    y: prediction.mapPoint?.[1] ?? null,
    outputsPoint: prediction.outputsPoint ?? null,
    spectrumPoint: null,
    mean: prediction.mean,
    standardDeviation: prediction.standardDeviation,
    measured: Number.isFinite(target) ? target : null,
    hasSpectrum: prediction.features.includes('FISHER_SPECTRUM'),
    basedOn: prediction.basedOn.map((row) => evaluationIds[row]),
  }
}
