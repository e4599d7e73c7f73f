import { findBestSurrogates } from '../../db/surrogates/find-surrogates.js'
import { replayImprovement } from '../../surrogate/replay/improvement-replay.js'
import { rateByBound } from '../../surrogate/strategies/improvement-strategy.js'
import { createTransferTrend } from '../../surrogate/transfer/transfer-trend.js'
import { openProcessSource } from './improvement-source.js'
import { openMapSource } from './map-source.js'
import type { StrategyEntry } from './strategy-entry.js'

/** SURROGATE. */
export const surrogateEntry: StrategyEntry = {
  description: `Highest prediction of the best surrogate of the dataset, with one deviation more if it is a Gaussian
process, baselines first. With transferFrom a process that learns from other datasets predicts, and the search needs
no surrogate. Without, it takes random functions until a surrogate is fitted. A replay predicts with a Gaussian process of
the functions that it has completed.`,
  rateTransferred: rateByBound,
  ranksUploads: 'MEAN',
  live: {
    findSurrogate: async ({ $kysely }, datasetId) => (await findBestSurrogates($kysely, [datasetId]))[0],
    startsWithBaselines: true,
    openSource: (request) =>
      request.surrogate?.algorithm === 'GAUSSIAN_PROCESS'
        ? openProcessSource(request, rateByBound)
        : openMapSource(request),
  },
  replay: {
    open: async ({ table, seed, loadFeatures, loadTransfer }) =>
      replayImprovement(table, await loadFeatures(), seed, createTransferTrend(await loadTransfer()), rateByBound),
  },
}
