import { computeMoments } from '../../numeric/moments.js'
import { rateFeatureChoices } from '../gaussian-process/choose-features.js'
import { tune } from '../gaussian-process/fitted-process.js'
import { computeCovariances, createKernel, type KernelParameters } from '../gaussian-process/gaussian-kernel.js'
import { createJointPosterior, type JointPosterior, joinPosteriors } from '../gaussian-process/joint-posterior.js'
import {
  FEATURE_CHOICES,
  type FeatureChoice,
  type ProjectedFeatures,
  toKernelCoordinates,
} from '../gaussian-process/projected-features.js'
import { conditionOnCompletions } from '../strategies/condition-on-completions.js'
import type { Completions, Expectation } from '../strategies/improvement-strategy.js'
import { areMostWithSpectrum, areSomeWithoutSpectrum, countRows, type ReplayedFeatures } from './replayed-features.js'

/** A process that uses only the completions of its own search. */
export interface ReplayedProcess {
  /** Fits the hyperparameters again if enough completions were added. May take a second. */
  prepare(metrics: Completions): Promise<void>
  /** The expectation under the current hyperparameters; null before the first fit. */
  expect(metrics: Completions): Expectation | null
}

/** The first fit of the hyperparameters needs this many measurements. */
const LEAST_OBSERVED = 5
/** Hyperparameters are fitted again each time the number of measurements has grown by this factor. */
const GROWTH = 1.25
/**
 * Features are chosen at this number of measurements and at each doubling. Before that, the first possible choice is
 * used.
 */
const CHOICE_FROM = 64
/** Hyperparameters are fitted to at most MOST_TUNED measurements, chosen among the last MOST_FITTED. */
const MOST_TUNED = 128
const MOST_FITTED = 1000

/**
 * A Gaussian process for a replay. Hyperparameters and features depend only on the completions, at fixed numbers of
 * them, so equal completions give equal expectations, also after a restart. Between these numbers each new measurement
 * takes one pass over the candidates.
 */
export function createReplayedProcess(
  ids: readonly string[],
  features: ReplayedFeatures,
  seed: number,
): ReplayedProcess {
  const indexOf = new Map(ids.map((id, index) => [id, index]))
  const toObserved = (metrics: Completions): Observed[] =>
    [...metrics].flatMap(([id, metric]) => {
      const index = indexOf.get(id)
      return index === undefined || metric === null ? [] : [{ index, metric }]
    })
  const fitted: Fitted = { at: 0, chosenAt: 0, withSpectrum: null, byOutputs: null }
  let expect: ((metrics: Completions) => Expectation) | null = null
  let preparing: Promise<void> = Promise.resolve()
  const prepare = async (completed: readonly Observed[]) => {
    for (;;) {
      const next = Math.max(LEAST_OBSERVED, fitted.at + 1, Math.floor(GROWTH * fitted.at))
      if (completed.length < next) return
      const known = completed.slice(0, next).slice(-MOST_FITTED)
      await refit(fitted, known, next, features, seed)
      const prior = createPrior(fitted, known, features)
      expect = prior && conditionOnCompletions(ids, prior, 0)
    }
  }
  return {
    prepare(metrics) {
      // A failed preparation rejects for its own caller; the next one runs regardless.
      preparing = preparing.catch(() => {}).then(() => prepare(toObserved(metrics)))
      return preparing
    },
    expect: (metrics) => expect?.(metrics) ?? null,
  }
}

interface Observed {
  readonly index: number
  readonly metric: number
}

interface Fit {
  readonly choice: FeatureChoice
  readonly parameters: KernelParameters
}

/** The last fits, and the numbers of completions at which they and their features were decided. */
interface Fitted {
  at: number
  chosenAt: number
  withSpectrum: Fit | null
  byOutputs: Fit | null
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
  const choice = before?.choice ?? FEATURE_CHOICES.find(({ spectra }) => !spectra || features.spectra !== null)
  if (!choice) throw new Error('features: none; expected outputs or spectra')
  const coordinates = toKernelCoordinates(features, choice)
  return {
    choice,
    parameters: await tune(coordinates, rows, targets, seed, { warm: before?.parameters, most: MOST_TUNED }),
  }
}

/** The prior in measured units. Mean and scale are those of the completed measurements. */
function createPrior(
  fitted: Fitted,
  completed: readonly Observed[],
  features: ReplayedFeatures,
): JointPosterior | null {
  const { all, withSpectrum } = features
  const { mean: centre, variance } = computeMoments(completed.map(({ metric }) => metric))
  // Equal measurements give no scale. Accuracies of different functions differ by a few tenths.
  const unit = variance > 0 ? variance : 0.01
  const byOutputs = fitted.byOutputs && createOwnPrior(fitted.byOutputs, all, centre, unit)
  if (!withSpectrum || !fitted.withSpectrum) return byOutputs
  const first = createOwnPrior(fitted.withSpectrum, withSpectrum.features, centre, unit)
  if (!areSomeWithoutSpectrum(features)) return first
  const least = completed.reduce((found, { metric }) => Math.min(found, metric), 1)
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

function createOwnPrior({ choice, parameters }: Fit, features: ProjectedFeatures, centre: number, unit: number) {
  const coordinates = toKernelCoordinates(features, choice)
  const kernel = createKernel(parameters)
  const rows = Int32Array.from({ length: countRows(features) }, (_, row) => row)
  return createJointPosterior({
    means: new Float64Array(rows.length).fill(centre),
    variances: new Float64Array(rows.length).fill(unit * kernel.variance),
    noise: unit * kernel.noise,
    covariancesWith: (index) =>
      computeCovariances(kernel, coordinates, rows, coordinates, index).map((value) => unit * value),
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
