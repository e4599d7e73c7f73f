import DataLoader from 'dataloader'
import { type DescribedActivation, insertDescribed } from '../db/activations/described-activations.js'
import type { MembersOf } from '../db/lazy-members.js'
import type { Database, SearchRow, SurrogateRow, TrainingJobRow } from '../db/loaders.js'
import type { Metric } from '../metrics.js'
import {
  type ComparedPair,
  compareEvaluations,
  correctComparisons,
  type EvaluationComparisonRecord,
} from '../services/evaluations/compare-evaluations.js'
import { findRankIntervals, type RankInterval } from '../services/evaluations/rank-intervals.js'
import {
  type PredictedEvaluation,
  type ShrunkRecord,
  shrinkEvaluations,
} from '../services/evaluations/shrunk-values.js'
import { findTieGroupsOf } from '../services/evaluations/tie-groups.js'
import { describeSearchWaits } from '../services/searches/search-waiting.js'
import { measureAfterUpload } from '../services/surrogates/measure-after-upload.js'
import type { PredictableActivation, PredictionRecord } from '../services/surrogates/predict-activations.js'
import { type PredictingSurrogate, predictBySurrogate } from '../services/surrogates/predict-by-surrogate.js'
import { waitingFor } from '../services/trainings/waiting-for.js'

export type ServiceLoaders = MembersOf<typeof SERVICE_LOADERS>

/** Where a request reads. Descriptions of functions that a query records go to the primary. */
export interface LoaderSource extends Database {
  readonly primary: Database
}

/** Loaders of computed values, which work for many objects of a request at once. */
export const SERVICE_LOADERS = {
  /** Why a training job is still waiting. */
  waiting: ({ prisma }: LoaderSource) =>
    new DataLoader(
      async (jobs: readonly TrainingJobRow[]) => {
        const found = await waitingFor(prisma, jobs)
        return jobs.map(({ id }) => found.get(id) ?? null)
      },
      { cacheKeyFn: ({ id }) => id },
    ),
  /** Why a search suggests nothing. */
  searchWaiting: (database: LoaderSource) =>
    new DataLoader((searches: readonly SearchRow[]) => describeSearchWaits(database, searches), {
      cacheKeyFn: ({ id }) => id,
    }),
  /** Records functions that are not stored, so that their ids lead to them. */
  describe: ({ primary }: LoaderSource) =>
    new DataLoader<DescribedActivation, null, string>(
      async (described) => {
        await insertDescribed(primary.kysely, described)
        return described.map(() => null)
      },
      { cacheKeyFn: ({ identityHex }) => identityHex },
    ),
  /** The ranks that are plausible for an evaluation. */
  rankInterval: ({ kysely }: LoaderSource) =>
    byMetric<number, RankInterval | null>((metric, ids) => findRankIntervals(kysely, metric, ids)),
  /** The group of evaluations that cannot be told from the best among them. */
  tieGroup: ({ kysely }: LoaderSource) =>
    byMetric<number, number | null>((metric, ids) => findTieGroupsOf(kysely, metric, ids)),
  /** Whether an evaluation is better than another one. */
  comparison: ({ kysely }: LoaderSource) =>
    byMetric<ComparedPair, EvaluationComparisonRecord>(
      (metric, pairs) => compareEvaluations(kysely, metric, pairs),
      ({ evaluationId, otherId }) => `${evaluationId} ${otherId}`,
    ),
  /** The same, corrected for the number of comparisons. */
  adjustedPValue: ({ kysely }: LoaderSource) =>
    byMetric<EvaluationComparisonRecord, number | null>((metric, comparisons) =>
      correctComparisons(kysely, metric, comparisons),
    ),
  /** Estimates between measurements and predictions. */
  shrunk: ({ kysely }: LoaderSource) =>
    new DataLoader<PredictedEvaluation, ShrunkRecord, number>((evaluations) => shrinkEvaluations(kysely, evaluations), {
      cacheKeyFn: ({ evaluationId }) => evaluationId,
    }),
  /** Quality of an uploaded surrogate by measurements after the upload. */
  qualityAfterUpload: (database: LoaderSource) =>
    new DataLoader(
      (surrogates: readonly SurrogateRow[]) => Promise.all(surrogates.map((row) => measureAfterUpload(database, row))),
      { cacheKeyFn: ({ id }) => id },
    ),
  /** The predictions of a surrogate for functions without a stored prediction. */
  predictionBy: (database: LoaderSource) => {
    const predictions = new Map<number, DataLoader<PredictableActivation, PredictionRecord, string>>()
    return (surrogate: PredictingSurrogate) => {
      const known = predictions.get(surrogate.id)
      if (known) return known
      const created = new DataLoader<PredictableActivation, PredictionRecord, string>(
        (activations) => predictBySurrogate(database, surrogate, activations),
        { cacheKeyFn: (activation) => activation.identityHex },
      )
      predictions.set(surrogate.id, created)
      return created
    }
  },
}

/** One loader for each metric. */
function byMetric<Key, Value>(
  fetch: (metric: Metric, keys: readonly Key[]) => Promise<(Value | Error)[]>,
  toCacheKey?: (key: Key) => unknown,
): (metric: Metric) => DataLoader<Key, Value, unknown> {
  const loaders = new Map<Metric, DataLoader<Key, Value, unknown>>()
  return (metric) => {
    const known = loaders.get(metric)
    if (known) return known
    const created = new DataLoader<Key, Value, unknown>((keys) => fetch(metric, keys), { cacheKeyFn: toCacheKey })
    loaders.set(metric, created)
    return created
  }
}
