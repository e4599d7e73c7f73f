import type { KyselyDb } from '../../db/connection/kysely.js'
import { cachedByState } from '../../db/evaluations/cached-by-state.js'
import { findSeedNoise } from '../../db/evaluations/find-noise.js'
import { listRanked, listRankValues } from '../../db/evaluations/list-rank-data.js'
import { METRICS, type Metric } from '../../metrics.js'
import { createRankModel, type RankInterval, type RankModel } from '../../numeric/ranks/rank-model.js'

export type { RankInterval } from '../../numeric/ranks/rank-model.js'

/** Values within this share of the noise are summed up: far below what the noise distinguishes. */
const RESOLUTION = 1 / 32

/**
 * For each evaluation, the interval in which its true rank lies with a probability of 95%: the rank by the values that
 * infinitely many runs would give. Null if the metric is missing, or if no evaluation of the dataset has several runs.
 */
export async function findRankIntervals(
  db: KyselyDb,
  metric: Metric,
  ids: readonly number[],
): Promise<(RankInterval | null)[]> {
  const rows = await listRanked(db, metric, ids)
  const datasetIds = [...new Set(rows.map(({ datasetId }) => datasetId))]
  const opened = await cachedByState(db, `ranks ${metric}`, datasetIds, (id) => openRankModel(db, metric, id))
  const models = new Map(datasetIds.map((id, i) => [id, opened[i]]))
  const { isHigherBetter } = METRICS[metric]
  const found = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => {
    const row = found.get(id)
    const model = row && models.get(row.datasetId)
    return model ? model.intervalOf({ ...row, value: isHigherBetter ? row.value : -row.value }) : null
  })
}

/** The model of the true ranks of a dataset; null if the noise is unknown. */
export async function openRankModel(db: KyselyDb, metric: Metric, datasetId: number): Promise<RankModel | null> {
  const [noise] = await findSeedNoise(db, metric, [datasetId])
  if (!noise) return null
  const { standardDeviation: deviation } = noise
  const width = deviation > 0 ? deviation * RESOLUTION : 1
  const { measured, spreads } = await listRankValues(db, metric, datasetId, width)
  const sign = METRICS[metric].isHigherBetter ? 1 : -1
  return createRankModel({
    measured: measured.map(([value, runs, count]) => ({ value: sign * value, runs, count })),
    spreads: spreads.map(([value, squares, degrees]) => ({ value: sign * value, squares, degrees })),
    variance: deviation ** 2,
  })
}
