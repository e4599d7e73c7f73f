import type { FittedPoint } from '../../db/surrogates/write-surrogates.js'
import type { Quality } from '../../surrogate/cross-validation/quality.js'
import {
  chooseProcess,
  findIncumbent,
  fitGaussianProcess,
  type GaussianProcessFit,
  listFeatures,
  predictGaussianProcess,
  predictLeftOut,
  toQueryCoordinates,
} from '../../surrogate/gaussian-process/gaussian-process.js'
import { serialiseGaussianProcess } from '../../surrogate/gaussian-process/gaussian-process-codec.js'
import { rateGaussianProcess } from '../../surrogate/gaussian-process/gaussian-process-quality.js'
import { type PaceOptions, toPartOf } from '../../surrogate/pace.js'
import { createImprovementScreen } from '../../surrogate/strategies/improvement-screen.js'
import { type FeatureName, nameFeatures, type PointPrediction } from '../../surrogate/surrogate-method.js'
import type { StoredFitInput } from './load-fit-input.js'
import type { LoadOthers } from './load-others.js'
import { takeRows } from './load-spectra.js'
import type { Screen } from './scan-candidates.js'

/** The result of a fit of one algorithm on the stored measurements. */
export interface FittedSurrogate {
  readonly artifact: Uint8Array
  readonly points: readonly FittedPoint[]
  readonly quality: Quality
  /** Number of measured functions that it learned from. */
  readonly trainedOn: number
  /** Features by which it compares functions. */
  readonly features: readonly FeatureName[]
}

/**
 * Fits a Gaussian process on the stored measurements, and cross-validates it, which gives its intervals. The prediction of a
 * measured function leaves out its own measurement.
 * Other functions are predicted by outputs and spectrum, or by outputs if they have no usable spectrum. There is no map, so
 * its points have no coordinates.
 */
export async function fitStoredGaussianProcess(
  input: StoredFitInput,
  loadOthers: LoadOthers,
  seed: number,
  options: PaceOptions,
): Promise<FittedSurrogate> {
  const ids = Array.from(input.activationIds, String)
  const bare = input.withoutSpectra
  const withoutSpectra = bare && { ...bare, ids: Array.from(bare.activationIds, String) }
  const unrated = await fitGaussianProcess({ ...input, ...toPartOf(options, 0, 0.3), ids, seed, withoutSpectra })
  const classes = unrated.ids.map((id) => input.shapes.get(Number(id)))
  const { fit, quality } = await rateGaussianProcess(unrated, { ...toPartOf(options, 0.3, 0.7), seed, classes })
  const evaluationOf = new Map(ids.map((id, row) => [id, input.evaluationIds[row]]))
  withoutSpectra?.ids.forEach((id, row) => void evaluationOf.set(id, withoutSpectra.evaluationIds[row]))
  const toPoint = (activationId: number, target: number, prediction: PointPrediction): FittedPoint => ({
    ...{
      activationId,
      x: null,
      y: null,
      outputsPoint: null,
      spectrumPoint: null,
      mean: prediction.mean,
      standardDeviation: prediction.standardDeviation,
    },
    measured: Number.isFinite(target) ? target : null,
    hasSpectrum: prediction.features.includes('FISHER_SPECTRUM'),
    basedOn: prediction.basedOn.map((row) => evaluationOf.get(fit.ids[row]) as number),
  })
  const measured = predictLeftOut(fit).map((prediction, row) =>
    toPoint(Number(fit.ids[row]), fit.targets[row], prediction),
  )
  const unmeasured = await predictUnmeasured(fit, input, toPartOf(options, 0.7, 0.8))
  const loaded = await loadOthers(() => screenByImprovement(fit), toPartOf(options, 0.8, 0.9))
  const fitted = new Set(fit.ids)
  const activationIds = loaded.activationIds.filter((id) => !fitted.has(String(id)))
  const query = { rows: activationIds.length, outputs: takeRows(loaded, activationIds), spectra: null }
  const others = await predictGaussianProcess(fit, query, toPartOf(options, 0.9, 1))
  return {
    quality,
    trainedOn: fit.ids.length,
    features: fit.stack ? nameFeatures(true, true) : listFeatures(fit.best),
    artifact: serialiseGaussianProcess(fit),
    points: [
      ...measured,
      ...unmeasured.map(({ row, prediction }) => toPoint(input.activationIds[row], input.targets[row], prediction)),
      ...others.map((prediction, row) => toPoint(activationIds[row], input.targetOf(activationIds[row]), prediction)),
    ],
  }
}

/** Scores functions by the measure of EXPECTED_IMPROVEMENT, from their outputs, because their spectra are not computed. */
async function screenByImprovement(fit: GaussianProcessFit): Promise<Screen> {
  const process = chooseProcess(fit, false)
  const screen = await createImprovementScreen(process, findIncumbent(fit))
  return async ({ activationIds, values }, least) => {
    const places = await toQueryCoordinates(process, { rows: activationIds.length, outputs: values, spectra: null })
    return Array.from(activationIds, (_, row) => screen.improvementAt(places, row, least))
  }
}

/** Predicts the rows of the input that were not measured. */
async function predictUnmeasured(fit: GaussianProcessFit, input: StoredFitInput, options: PaceOptions) {
  const known = new Set(fit.ids)
  const ids = input.activationIds.filter((id) => !known.has(String(id)))
  const rowOf = new Map(Array.from(input.activationIds, (id, row) => [id, row]))
  const take = (values: Float32Array) =>
    takeRows({ activationIds: input.activationIds, values, columns: values.length / input.activationIds.length }, ids)
  const query = { rows: ids.length, outputs: take(input.outputs), spectra: input.spectra && take(input.spectra) }
  const predictions = await predictGaussianProcess(fit, query, options)
  return predictions.map((prediction, place) => ({ prediction, row: rowOf.get(ids[place]) as number }))
}
