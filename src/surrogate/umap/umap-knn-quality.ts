import { type CrossValidation, type HeldOut, predictHeldOut, widenAcrossFolds } from '../cross-validation/held-out.js'
import { fitIntervalCurve, type UnusedMeasurement } from '../cross-validation/interval-curve.js'
import { type Quality, rateHeldOut } from '../cross-validation/quality.js'
import { predictRows, replaceTargets, type UmapKnnFit } from './umap-knn.js'

/** A fit with the intervals that cross-validation gives it, and its quality. */
export interface RatedMap {
  readonly fit: UmapKnnFit
  readonly quality: Quality
}

/** The measured ones of some functions that the map placed afterwards. */
export function listMeasuredOutside(
  points: readonly (Omit<UnusedMeasurement, 'measured'> & { readonly measured: number | null })[],
): UnusedMeasurement[] {
  return points.flatMap(({ measured, mean, standardDeviation }) =>
    measured === null ? [] : [{ measured, mean, standardDeviation }],
  )
}

/** With fewer measured functions outside the fit, the intervals of the rows serve for functions placed by outputs too. */
const LEAST_OUTSIDE = 20

/**
 * Cross-validates a fit. The map stays, because it saw no targets; each fold fits the variance again. `outside` are measured
 * functions that the finished map predicts by their outputs; their measurements are not part of the fit. They count too,
 * because they get predictions like all others.
 */
export async function rateUmapKnn(
  fit: UmapKnnFit,
  settings: CrossValidation & { readonly outside?: readonly UnusedMeasurement[] },
): Promise<RatedMap> {
  const held = await predictHeldOut(
    fit.targets,
    (targets, rows) => predictRows(replaceTargets(fit, targets), rows),
    settings,
  )
  const folds = new Set(held.map(({ fold }) => fold)).size
  const outside = (settings.outside ?? []).map(
    (each, index): HeldOut => ({ ...each, row: fit.ids.length + index, fold: index % folds }),
  )
  const rows = fitIntervalCurve(held)
  const ownCurve = outside.length >= LEAST_OUTSIDE && fit.spectrumColumns !== null
  const byOutputs = ownCurve ? fitIntervalCurve(outside) : rows
  const widened = ownCurve
    ? [...widenAcrossFolds(held), ...widenAcrossFolds(outside)]
    : widenAcrossFolds([...held, ...outside])
  return { fit: { ...fit, intervals: { rows, byOutputs } }, quality: rateHeldOut(widened) }
}
