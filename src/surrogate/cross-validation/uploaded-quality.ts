import { type Quality, rateHeldOut } from './quality.js'

/** A prediction of a client's own surrogate, and the measured validation accuracy of its function. */
export interface UploadedMeasurement {
  readonly mean: number
  /** Null if the client does not know it. */
  readonly standardDeviation: number | null
  readonly measured: number
}

/** As `Quality`, with null for what these predictions do not tell. */
export interface UploadedQuality
  extends Omit<Quality, 'meanAbsoluteError' | 'topRecall' | 'intervalCoverage' | 'quarters'> {
  readonly meanAbsoluteError: number | null
  readonly topRecall: number | null
  /** Null unless every prediction has a deviation. */
  readonly intervalCoverage: number | null
  readonly quarters: readonly UploadedQualityPart[]
}

export type UploadedQualityPart = Omit<Quality['quarters'][number], 'intervalCoverage'> & {
  readonly intervalCoverage: number | null
}

/**
 * Quality of predictions that were made elsewhere. Nothing is held out, so `folds` is 0: whether the predictor knew the
 * measurements is up to its owner. Without a prediction, all is null.
 */
export function rateUploaded(predictions: readonly UploadedMeasurement[]): UploadedQuality {
  if (predictions.length === 0) return NOTHING_MEASURED
  const held = predictions.map(({ mean, standardDeviation, measured }, row) => {
    return { row, fold: 0, mean, standardDeviation: standardDeviation ?? 0, measured }
  })
  const quality = { ...rateHeldOut(held), folds: 0 }
  if (predictions.every(({ standardDeviation }) => standardDeviation !== null)) return quality
  const quarters = quality.quarters.map((part) => ({ ...part, intervalCoverage: null }))
  return { ...quality, intervalCoverage: null, quarters }
}

const NOTHING_MEASURED: UploadedQuality = {
  ...{ spearman: null, kendall: null, meanAbsoluteError: null, topRecall: null, intervalCoverage: null },
  ...{ folds: 0, functions: 0, quarters: [] },
}
