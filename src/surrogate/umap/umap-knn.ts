import { computeIntervalFactor, type IntervalCurve } from '../cross-validation/interval-curve.js'
import {
  computeStandardDeviation,
  fitVariance,
  type VarianceCoefficients,
} from '../cross-validation/prediction-variance.js'
import { toFeatureMatrix } from '../feature-vectors/feature-matrix.js'
import { createPace, type PaceOptions, refuse } from '../pace.js'
import {
  type FitInput,
  listMeasured,
  type MapPoint,
  nameFeatures,
  type PointPrediction,
  type QueryPoint,
  requireEvaluations,
} from '../surrogate-method.js'
import { type CurveParameters, computeCurveParameters } from './curve-parameters.js'
import { embedFeatures, type FeatureMaps, OUTPUT_NEIGHBOURS, SPECTRUM_NEIGHBOURS } from './embed-features.js'
import type { MissingEdgeWeights } from './graph-union.js'
import { createNeighbourIndex, findNearest, type NeighbourIndex } from './nearest-neighbours.js'
import { computeNeighbourMean } from './neighbour-regression.js'
import type { Layout } from './spectral-layout.js'
import { createTransform, type Transform } from './transform.js'

/** Everything that predictions need, except the features of the rows, with which new points are compared. */
export interface UmapKnnFit {
  readonly algorithm: 'UMAP_KNN'
  readonly seed: number
  readonly ids: readonly string[]
  /** rows × 2. */
  readonly layout: Layout
  /** The measured metric of each row; NaN if not measured. */
  readonly targets: Float64Array
  /** A map of the measured rows only, in their order (see `addMeasuredMap`); null if missing. */
  readonly measuredLayout: Layout | null
  readonly outputColumns: number
  /** Null if the map uses outputs only. */
  readonly spectrumColumns: number | null
  readonly curve: CurveParameters
  readonly missingEdgeWeights: MissingEdgeWeights | null
  readonly variance: VarianceCoefficients
  /** Factors for deviations by cross-validation; null before it, and in fits of older versions. */
  readonly intervals: MapIntervals | null
}

/** Factors for deviations of functions that the map places by all features of the fit, and by outputs only. */
export interface MapIntervals {
  readonly rows: IntervalCurve
  readonly byOutputs: IntervalCurve
}

/** The features of the fitted rows, prepared for neighbour searches. Keep it together with the fit. */
export interface FittedFeatures {
  readonly outputs: NeighbourIndex
  readonly spectra: NeighbourIndex | null
  /** Transforms a new point. Its tables of forces take milliseconds to build and belong to the fit. */
  readonly transform: Transform
  /** The same for the map by outputs; null if it is missing. */
  readonly transformOutputs: Transform | null
}

/**
 * The surrogate of the paper. Fuzzy graphs of outputs (Euclidean, 15 neighbours) and Fisher spectra (Manhattan, 3
 * neighbours) are united and embedded in the plane. A prediction is the mean of the three nearest measured points. The
 * map does not use the targets. Throws SURROGATE_UNAVAILABLE if fewer than MINIMUM_EVALUATIONS rows are measured, and
 * BAD_USER_INPUT for arrays of wrong lengths. Rejects if the signal aborts.
 */
export async function fitUmapKnn(input: FitInput): Promise<UmapKnnFit> {
  return (await fitUmapMaps(input, { withFeatureMaps: false })).fit
}

/** The same, and the maps by each kind of features if they are asked for. They are null for a fit without spectra. */
export async function fitUmapMaps(
  input: FitInput,
  { withFeatureMaps }: { readonly withFeatureMaps: boolean },
): Promise<{ readonly fit: UmapKnnFit; readonly featureMaps: FeatureMaps | null }> {
  const features = toFeatures(input, input.spectra !== null)
  const { targets } = input
  if (targets.length !== input.ids.length) refuse('targets', `${input.ids.length} values`, targets.length)
  requireEvaluations(listMeasured(targets).length)
  const curve = computeCurveParameters()
  const pace = createPace(input)
  await pace.pause(0)
  const options = { curve, seed: input.seed, withFeatureMaps, onProgress: input.onProgress, signal: input.signal }
  const { layout, missingEdgeWeights, featureMaps } = await embedFeatures(features, options)
  await pace.pause(1)
  const fit: UmapKnnFit = {
    algorithm: 'UMAP_KNN',
    seed: input.seed,
    ids: input.ids,
    layout,
    targets,
    measuredLayout: null,
    outputColumns: features.outputs.columns,
    spectrumColumns: features.spectra?.columns ?? null,
    curve,
    missingEdgeWeights,
    variance: fitVariance(listLeaveOneOut(layout, targets)),
    intervals: null,
  }
  return { fit, featureMaps }
}

/**
 * Prepares the features of a fit's rows, in their order, for `predictUmapKnn`. With the map of the rows by outputs, new
 * points get a place there too. Throws BAD_USER_INPUT for arrays of wrong lengths.
 */
export function createFittedFeatures(
  fit: UmapKnnFit,
  outputs: Float32Array,
  spectra: Float32Array | null,
  outputsLayout: Layout | null = null,
): FittedFeatures {
  const rows = fit.ids.length
  const matrices = toFeatures({ ids: fit.ids, outputs, spectra }, fit.spectrumColumns !== null)
  if (matrices.outputs.columns !== fit.outputColumns)
    refuse('outputs', `${rows} × ${fit.outputColumns}`, outputs.length)
  if (matrices.spectra && matrices.spectra.columns !== fit.spectrumColumns) {
    refuse('spectra', `${rows} × ${fit.spectrumColumns}`, spectra?.length)
  }
  return {
    outputs: createNeighbourIndex('euclidean', matrices.outputs),
    spectra: matrices.spectra && createNeighbourIndex('manhattan', matrices.spectra),
    transform: createTransform(fit),
    transformOutputs: outputsLayout && createTransform({ ...fit, layout: outputsLayout, missingEdgeWeights: null }),
  }
}

/**
 * Predictions in the order of `points`. Rows of the fit need only the fit; new points also need `features`. A new point
 * is transformed by its outputs only if its spectrum is missing or the fit has no spectra, and the prediction says so.
 */
export async function predictUmapKnn(
  fit: UmapKnnFit,
  points: readonly QueryPoint[],
  features: FittedFeatures | null = null,
  options: PaceOptions = {},
): Promise<PointPrediction[]> {
  const measured = listMeasured(fit.targets)
  const pace = createPace(options)
  const predictions: PointPrediction[] = []
  for (const point of points) {
    if (pace.due()) await pace.pause(predictions.length / points.length)
    if ('row' in point) {
      predictions.push(predictRow(fit, measured, point.row))
      continue
    }
    if (!features) throw new Error('features: missing; expected the features of the fitted rows to predict a new point')
    const spectrum = features.spectra && fit.missingEdgeWeights ? point.spectrum : null
    const outputs = await findOwn(features.outputs, point.outputs, OUTPUT_NEIGHBOURS, 'outputs')
    const mapPoint = features.transform({
      outputs,
      spectra:
        spectrum && features.spectra
          ? await findOwn(features.spectra, spectrum, SPECTRUM_NEIGHBOURS, 'spectrum')
          : null,
    })
    predictions.push({
      ...predictAt(fit, measured, mapPoint, -1, spectrum !== null),
      outputsPoint: features.transformOutputs?.({ outputs, spectra: null }) ?? null,
    })
  }
  return predictions
}

/** Predictions of rows of the fit, each without its own measurement: the synchronous form of `predictUmapKnn`. */
export function predictRows(fit: UmapKnnFit, rows: Iterable<number>): PointPrediction[] {
  const measured = listMeasured(fit.targets)
  return Array.from(rows, (row) => predictRow(fit, measured, row))
}

/**
 * The same map with other measurements, for cross-validation and for searches that replay a dataset. The map does not
 * depend on the targets, so nothing is embedded again. Throws BAD_USER_INPUT for a wrong number of targets.
 */
export function replaceTargets(fit: UmapKnnFit, targets: Float64Array): UmapKnnFit {
  if (targets.length !== fit.ids.length) refuse('targets', `${fit.ids.length} values`, targets.length)
  const variance = fitVariance(listLeaveOneOut(fit.layout, targets))
  return { ...fit, targets, measuredLayout: null, variance, intervals: null }
}

function toFeatures(input: Pick<FitInput, 'ids' | 'outputs' | 'spectra'>, withSpectra: boolean) {
  const rows = input.ids.length
  const outputs = toFeatureMatrix(input.outputs, rows, 'outputs')
  const spectra = withSpectra && input.spectra ? toFeatureMatrix(input.spectra, rows, 'spectra') : null
  return { outputs, spectra }
}

function listLeaveOneOut(layout: Layout, targets: Float64Array) {
  const measured = listMeasured(targets)
  if (measured.length < 2) return []
  return Array.from(measured, (row) => {
    const nearest = computeNeighbourMean(layout, targets, measured, layout[2 * row], layout[2 * row + 1], row)
    return { residual: targets[row] - nearest.mean, ...nearest }
  })
}

function predictRow(fit: UmapKnnFit, measured: Int32Array, row: number): PointPrediction {
  if (!Number.isInteger(row) || row < 0 || row >= fit.ids.length) refuse('row', `0 to ${fit.ids.length - 1}`, row)
  const mapPoint: MapPoint = [fit.layout[2 * row], fit.layout[2 * row + 1]]
  return predictAt(fit, measured, mapPoint, row, fit.spectrumColumns !== null)
}

function predictAt(
  fit: UmapKnnFit,
  measured: Int32Array,
  mapPoint: MapPoint,
  except: number,
  withSpectrum: boolean,
): PointPrediction {
  const nearest = computeNeighbourMean(fit.layout, fit.targets, measured, mapPoint[0], mapPoint[1], except)
  const curve = withSpectrum || fit.spectrumColumns === null ? fit.intervals?.rows : fit.intervals?.byOutputs
  const factor = curve ? computeIntervalFactor(curve, nearest.mean) : 1
  return {
    mean: nearest.mean,
    standardDeviation: factor * computeStandardDeviation(fit.variance, nearest),
    basedOn: nearest.rows,
    features: nameFeatures(true, withSpectrum),
    mapPoint,
  }
}

function findOwn(index: NeighbourIndex, values: Float32Array, neighbours: number, argument: string) {
  if (values.length !== index.matrix.columns) refuse(argument, `${index.matrix.columns} values`, values.length)
  return findNearest(index, toFeatureMatrix(values, 1, argument), Math.min(neighbours, index.matrix.rows - 1))
}
