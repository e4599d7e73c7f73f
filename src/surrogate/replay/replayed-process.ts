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

/**
 * A Gaussian process for a replay. Hyperparameters and features depend only on the completions, at fixed numbers of
 * them, so equal completions give equal expectations, also after a restart. Between these numbers each new measurement
 * takes one pass over the candidates. With a trend from other datasets, the process describes what the trend leaves, and
 * expects something from the start. Measurements that contradict the trend turn its slopes, and enlarge what is left to the
 * features.
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
  const fitted = createFitted()
  let expect: ((metrics: Completions) => Expectation) | null = null
  let preparing: Promise<void> = Promise.resolve()
  const prepare = async (completed: readonly Observed[]) => {
    let prior = trend && !expect ? createFirstPrior(features, seed, trend) : null
    for (;;) {
      const next = Math.max(LEAST_OBSERVED, fitted.at + 1, Math.floor(GROWTH * fitted.at))
      if (completed.length < next) break
      prior = await fitPrior(fitted, completed.slice(0, next).slice(-MOST_FITTED), next, features, seed, trend)
    }
    if (prior) expect = conditionOnCompletions(ids, prior, 0)
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
