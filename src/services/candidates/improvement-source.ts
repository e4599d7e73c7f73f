import type { SurrogateRow } from '../../db/statements/rows.js'
import { replayImprovement } from '../../surrogate/replay/improvement-replay.js'
import { createBaselinesFirst } from '../../surrogate/strategies/baselines-first.js'
import {
  createImprovementStrategy,
  type Rating,
  rateByImprovement,
} from '../../surrogate/strategies/improvement-strategy.js'
import { createTransferTrend } from '../../surrogate/transfer/transfer-trend.js'
import { createDatabaseCache } from '../database-cache.js'
import { openAppliedProcess } from '../surrogates/applied-surrogate.js'
import { getReadyProcess } from '../surrogates/get-surrogate.js'
import type { CandidateSource } from './candidate-source.js'
import { AHEAD, drawShortlist, roundOf, type Shortlist } from './draw-shortlist.js'
import { predictBy } from './predict-functions.js'
import { openRandomSource } from './random-source.js'
import type { SourceRequest, StrategyEntry } from './strategy-entry.js'

/** EXPECTED_IMPROVEMENT. */
export const improvementEntry: StrategyEntry = {
  description: `Greatest expected improvement under a Gaussian process, baselines first. With
transferFrom it also learns from other datasets, and needs no surrogate. Without, a new search needs a fitted
GAUSSIAN_PROCESS. A replay needs none, because it fits one to the functions that it has completed.`,
  rateTransferred: rateByImprovement,
  ranksUploads: 'IMPROVEMENT',
  live: {
    requireSurrogate: (db, { id }) => getReadyProcess(db, id),
    findSurrogate: getReadyProcess,
    startsWithBaselines: true,
    openSource: (request) => openProcessSource(request, rateByImprovement),
  },
  replay: {
    open: async ({ table, seed, loadFeatures, loadTransfer }) =>
      replayImprovement(table, await loadFeatures(), seed, createTransferTrend(await loadTransfer())),
  },
}

const cache = createDatabaseCache<string, Shortlist>(16)

/**
 * The functions of a shortlist, compared jointly (see `drawShortlist`). A new shortlist is drawn every 64 suggestions. If
 * one is used up earlier, random functions of the schemas follow.
 */
export async function openProcessSource(request: SourceRequest, rate: Rating): Promise<CandidateSource> {
  const { database, search, suggested, baselines } = request
  const surrogate = request.surrogate as SurrogateRow
  const open = (round: number) =>
    cache.get(database, `${search.id}/${surrogate.id}/${round}`, () =>
      drawShortlist({ database, search, surrogate, round, rate }),
    )
  const random = await openRandomSource(request)
  const shortlist = await open(roundOf(suggested))
  return {
    surrogateId: surrogate.id,
    isExhaustive: random.isExhaustive,
    predict: predictBy(database, surrogate, openAppliedProcess),
    createStrategy: (knowledge) =>
      createBaselinesFirst(
        createImprovementStrategy({ ...shortlist, rate, rest: random.createStrategy(knowledge) }),
        baselines,
      ),
    async prepareNext(next) {
      await open(roundOf(next + AHEAD))
    },
  }
}
