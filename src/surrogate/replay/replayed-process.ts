import type { JointPosterior } from '../gaussian-process/joint-posterior.js'
import { conditionOnCompletions } from '../strategies/condition-on-completions.js'
import type { Completions, Expectation } from '../strategies/improvement-strategy.js'
import type { TransferTrend } from '../transfer/transfer-trend.js'
import type { ReplayedFeatures } from './replayed-features.js'
import { createFirstPrior, createFitted, fitPrior, LEAST_OBSERVED, type Observed } from './replayed-prior.js'

/** A process that uses only the completions of its own search. */
export interface ReplayedProcess {
  /** Fits the hyperparameters again if enough completions were added. May take a second. */
  prepare(metrics: Completions): Promise<void>
  /** The expectation under the current hyperparameters; null before the first fit. */
  expect(metrics: Completions): Expectation | null
}

/** Hyperparameters are fitted again each time the number of measurements has grown by this factor. */
const GROWTH = 1.25
/** Fits use at most the last 1,000 measurements. */
const MOST_FITTED = 1000
/** Until this number of measurements, each fit decides again whether they contradict the trend. */
const DECIDED_AT = 20
/** They do if the trend's predictions are wrong by this factor more than those without it, in squares. */
const CONTRADICTION = 1.5

/**
 * A Gaussian process for a replay. Hyperparameters and features depend only on the completions, at fixed numbers of
 * them, so equal completions give equal expectations, also after a restart. Between these numbers each new measurement
 * takes one pass over the candidates. With a trend from other datasets, the process describes what the trend leaves, and
 * expects something from the start. If the first measurements contradict the trend, the process goes on without it.
 */
export function createReplayedProcess(
  ids: readonly string[],
  features: ReplayedFeatures,
  seed: number,
  trend: TransferTrend | null = null,
): ReplayedProcess {
  const indexOf = new Map(ids.map((id, index) => [id, index]))
  const toObserved = (metrics: Completions): Observed[] =>
    [...metrics].flatMap(([id, metric]) => {
      const index = indexOf.get(id)
      return index === undefined || metric === null ? [] : [{ index, metric }]
    })
  const plain = createFitted()
  const transferred = createFitted()
  let isTrusted = trend !== null
  let expect: ((metrics: Completions) => Expectation) | null = null
  let preparing: Promise<void> = Promise.resolve()
  const start = (prior: JointPosterior | null) => {
    expect = prior && conditionOnCompletions(ids, prior, 0)
  }
  const prepare = async (completed: readonly Observed[]) => {
    if (trend && !expect) start(createFirstPrior(features, seed, trend))
    for (;;) {
      const last = isTrusted ? transferred.at : plain.at
      const next = Math.max(LEAST_OBSERVED, last + 1, Math.floor(GROWTH * last))
      if (completed.length < next) return
      const known = completed.slice(0, next).slice(-MOST_FITTED)
      const without = !isTrusted || last < DECIDED_AT ? await fitPrior(plain, known, next, features, seed, null) : null
      const withTrend = isTrusted ? await fitPrior(transferred, known, next, features, seed, trend) : null
      if (withTrend && without) isTrusted = !isContradicted(withTrend, without, known)
      start(isTrusted ? withTrend : without)
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

/** Whether predictions of each measurement from those before it are clearly worse with the trend than without it. */
function isContradicted(withTrend: JointPosterior, without: JointPosterior, completed: readonly Observed[]): boolean {
  return sumSquaredErrors(withTrend, completed) > CONTRADICTION * sumSquaredErrors(without, completed)
}

function sumSquaredErrors(prior: JointPosterior, completed: readonly Observed[]): number {
  const posterior = prior.copy()
  let sum = 0
  for (const { index, metric } of completed) {
    sum += (metric - posterior.means[index]) ** 2
    posterior.conditionOn(index, metric)
  }
  return sum
}
