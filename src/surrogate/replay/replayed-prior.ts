import { computeMoments } from '../../numeric/moments.js'
import { rateFeatureChoices } from '../gaussian-process/choose-features.js'
import { guessParameters, tune } from '../gaussian-process/fitted-process.js'
import { computeCovariances, createKernel, type KernelParameters } from '../gaussian-process/gaussian-kernel.js'
import { createJointPosterior, type JointPosterior, joinPosteriors } from '../gaussian-process/joint-posterior.js'
import {
  FEATURE_CHOICES,
  type FeatureChoice,
  type ProjectedFeatures,
  toKernelCoordinates,
} from '../gaussian-process/projected-features.js'
import type { TransferTrend } from '../transfer/transfer-trend.js'
import { areMostWithSpectrum, areSomeWithoutSpectrum, countRows, type ReplayedFeatures } from './replayed-features.js'

/** The first fit of the hyperparameters needs this many measurements. */
export const LEAST_OBSERVED = 5
/**
 * Features are chosen at this number of measurements and at each doubling. Before that, the first possible choice is
 * used.
 */
const CHOICE_FROM = 64
/** Hyperparameters are fitted to at most MOST_TUNED measurements. */
const MOST_TUNED = 128
/**
 * The deviation of what features explain besides a trend, as a share of its scale, before any measurement. It counts like
 * that of this many measurements.
 */
const BESIDES_TREND = 0.1
const BESIDES_COUNT = 10
/** Deviation of a repeated measurement, as a share of the scale of a trend. */
const NOISE = 0.05

/** A measurement of a candidate, by its index. */
export interface Observed {
  readonly index: number
  readonly metric: number
}

interface Fit {
  readonly choice: FeatureChoice
  readonly parameters: KernelParameters
}

/** The last fits, and the numbers of completions at which they and their features were decided. */
export interface Fitted {
  at: number
  chosenAt: number
  withSpectrum: Fit | null
  byOutputs: Fit | null
}

/** Nothing fitted yet. */
export function createFitted(): Fitted {
  return { at: 0, chosenAt: 0, withSpectrum: null, byOutputs: null }
}

/**
 * Fits again to these measurements, the `count`-th of which is the last, and returns the prior in measured units. With a
 * trend, the process describes what the trend leaves of them.
 */
export async function fitPrior(
  fitted: Fitted,
  completed: readonly Observed[],
  count: number,
  features: ReplayedFeatures,
  seed: number,
  trend: TransferTrend | null,
): Promise<JointPosterior | null> {
  const own = trend ? leaveTrend(trend, completed) : completed
  await refit(fitted, own, count, features, seed)
  const { mean, variance } = computeMoments(own.map(({ metric }) => metric))
  // Equal measurements give no scale. Accuracies of different functions differ by a few tenths.
  const unit = trend ? rateResiduals(trend, own) : variance || 0.01
  const least = completed.reduce((found, { metric }) => Math.min(found, metric), 1)
  return createPrior(fitted, features, { centre: trend ? 0 : mean, unit, least, trend })
}

/** The prior by a trend before any measurement. */
export function createFirstPrior(
  features: ReplayedFeatures,
  seed: number,
  trend: TransferTrend,
): JointPosterior | null {
  const guess = (own: ProjectedFeatures): Fit => {
    const choice = findFirstChoice(own)
    return { choice, parameters: guessParameters(toKernelCoordinates(own, choice), countRows(own), seed) }
  }
  const { all, withSpectrum } = features
  const fitted = { withSpectrum: withSpectrum && guess(withSpectrum.features), byOutputs: guess(all) }
  return createPrior(fitted, features, { centre: 0, unit: rateResiduals(trend, []), least: 0, trend })
}

function leaveTrend(trend: TransferTrend, completed: readonly Observed[]): Observed[] {
  const residuals = trend.leaveResiduals(
    completed.map(({ index }) => index),
    completed.map(({ metric }) => metric),
  )
  return completed.map(({ index }, place) => ({ index, metric: residuals[place] }))
}

/** Variance of what a trend leaves. */
function rateResiduals({ scale }: TransferTrend, residuals: readonly Observed[]): number {
  const squares = residuals.reduce((sum, { metric }) => sum + metric ** 2, 0)
  return (BESIDES_COUNT * (BESIDES_TREND * scale) ** 2 + squares) / (BESIDES_COUNT + residuals.length)
}

async function refit(
  fitted: Fitted,
  completed: readonly Observed[],
  count: number,
  features: ReplayedFeatures,
  seed: number,
): Promise<void> {
  const { all, withSpectrum } = features
  const isChoice = count >= CHOICE_FROM && count >= 2 * fitted.chosenAt
  const known = withSpectrum ? toRowsWith(withSpectrum.rows, completed) : []
  if (withSpectrum && known.length >= LEAST_OBSERVED) {
    fitted.withSpectrum = await fit(fitted.withSpectrum, withSpectrum.features, known, isChoice, seed)
  }
  if (!fitted.withSpectrum || (areSomeWithoutSpectrum(features) && !areMostWithSpectrum(features))) {
    fitted.byOutputs = await fit(fitted.byOutputs, all, completed, isChoice, seed)
  }
  fitted.at = count
  if (isChoice) fitted.chosenAt = count
}

async function fit(
  before: Fit | null,
  features: ProjectedFeatures,
  completed: readonly Observed[],
  isChoice: boolean,
  seed: number,
): Promise<Fit> {
  const rows = Int32Array.from(completed, ({ index }) => index)
  const targets = Float64Array.from(completed, ({ metric }) => metric)
  if (isChoice) {
    const [best] = await rateFeatureChoices(features, rows, targets, seed, { most: MOST_TUNED })
    return best
  }
  const choice = before?.choice ?? findFirstChoice(features)
  const coordinates = toKernelCoordinates(features, choice)
  return {
    choice,
    parameters: await tune(coordinates, rows, targets, seed, { warm: before?.parameters, most: MOST_TUNED }),
  }
}

function findFirstChoice(features: ProjectedFeatures): FeatureChoice {
  const choice = FEATURE_CHOICES.find(({ spectra }) => !spectra || features.spectra !== null)
  if (!choice) throw new Error('features: none; expected outputs or spectra')
  return choice
}

/** What turns a process of standardised measurements into one in measured units. */
interface Units {
  readonly centre: number
  readonly unit: number
  /** The worst measurement. */
  readonly least: number
  readonly trend: TransferTrend | null
}

function createPrior(
  fitted: Pick<Fitted, 'withSpectrum' | 'byOutputs'>,
  features: ReplayedFeatures,
  units: Units,
): JointPosterior | null {
  const { all, withSpectrum } = features
  const { trend, least } = units
  const byOutputs = fitted.byOutputs && createOwnPrior(fitted.byOutputs, all, units)
  if (!withSpectrum || !fitted.withSpectrum) return byOutputs
  const own = { ...units, trend: trend?.take(withSpectrum.rows) ?? null }
  const first = createOwnPrior(fitted.withSpectrum, withSpectrum.features, own)
  if (!areSomeWithoutSpectrum(features)) return first
  const others = areMostWithSpectrum(features) ? createPessimisticPrior(countRows(all), least) : byOutputs
  return others && joinPosteriors(first, others, invertRows(withSpectrum.rows, countRows(all)))
}

/**
 * A prior for functions without a spectrum in a dataset where most have one: certainly no better than the worst
 * measurement, so they come last. Their outputs overflow before training. Of the 425 such functions of Mini-CNN, 41%
 * stay at chance and the best reaches 0.759. Their outputs look unlike anything measured, so a process would expect
 * very high values. Among 2,028 functions, a search took 67 evaluations to the top 1% with them and 44 without (12
 * seeds).
 */
function createPessimisticPrior(count: number, mean: number): JointPosterior {
  return createJointPosterior({
    means: new Float64Array(count).fill(mean),
    variances: new Float64Array(count),
    noise: 1,
    covariancesWith: () => new Float64Array(count),
  })
}

function createOwnPrior({ choice, parameters }: Fit, features: ProjectedFeatures, { centre, unit, trend }: Units) {
  const coordinates = toKernelCoordinates(features, choice)
  const kernel = createKernel(parameters)
  const rows = Int32Array.from({ length: countRows(features) }, (_, row) => row)
  return createJointPosterior({
    means: Float64Array.from(rows, (row) => centre + (trend ? trend.means[row] : 0)),
    variances: Float64Array.from(rows, (row) => unit * kernel.variance + (trend ? trend.variances[row] : 0)),
    noise: unit * kernel.noise + (trend ? (NOISE * trend.scale) ** 2 : 0),
    covariancesWith(index) {
      const covariances = computeCovariances(kernel, coordinates, rows, coordinates, index)
      const shared = trend?.covariancesWith(index)
      return covariances.map((value, row) => unit * value + (shared ? shared[row] : 0))
    },
  })
}

function toRowsWith(rows: Int32Array, completed: readonly Observed[]): Observed[] {
  const positionOf = new Map(Array.from(rows, (row, position) => [row, position]))
  return completed.flatMap(({ index, metric }) => {
    const position = positionOf.get(index)
    return position === undefined ? [] : [{ index: position, metric }]
  })
}

function invertRows(rows: Int32Array, count: number): Int32Array {
  const positions = new Int32Array(count).fill(-1)
  rows.forEach((row, position) => {
    positions[row] = position
  })
  return positions
}
