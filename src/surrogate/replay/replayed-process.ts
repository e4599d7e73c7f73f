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

/** A process that knows nothing but what a search has completed. */
export interface ReplayedProcess {
  /** Fits hyperparameters anew where it is time to; may take a second. */
  prepare(metrics: Completions): Promise<void>
  /** By the hyperparameters as they are; null while there are none. */
  expect(metrics: Completions): Expectation | null
}

const LEAST_OBSERVED = 5
/** Hyperparameters are fitted anew whenever so many times as many measurements are known as the last time. */
const GROWTH = 1.25
/** Measurements from which, and at each doubling, features are chosen; before, the first choice is taken. */
const CHOICE_FROM = 64
/** Hyperparameters are fitted to so many measurements at most, chosen among so many of the last. */
const MOST_TUNED = 128
const MOST_FITTED = 1000

/**
 * A Gaussian process for a replay: hyperparameters and features follow from what was completed, at certain numbers of
 * completions, so equal completions give equal expectations, also after a restart. In between each new measurement is told
 * in one pass over the candidates.
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
      // A failed one is its caller's to know; the next goes on.
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

/** The last fits, and at how many completions they and their features were decided. */
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
  if (!choice) throw new Error('there is no choice of features')
  const coordinates = toKernelCoordinates(features, choice)
  return {
    choice,
    parameters: await tune(coordinates, rows, targets, seed, { warm: before?.parameters, most: MOST_TUNED }),
  }
}

/** Before anything is told, in measured units: the mean and the scale are those of what was completed. */
function createPrior(
  fitted: Fitted,
  completed: readonly Observed[],
  features: ReplayedFeatures,
): JointPosterior | null {
  const { all, withSpectrum } = features
  const { mean: centre, variance } = computeMoments(completed.map(({ metric }) => metric))
  // Equal measurements say nothing of how far others lie apart; accuracies do by some tenths.
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
 * Of functions without a spectrum where others have one: no better than the worst, for sure, so that they come last. Their
 * outputs overflow before training. Of the 425 such functions of Mini-CNN 41% stay at chance and the best reaches 0.759,
 * but their outputs look like nothing that was measured, so that a process expects everything of them: among 2,028 functions
 * a search took 67 evaluations to the top 1% with them and 44 without (12 seeds).
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
