import type { Kysely } from 'kysely'
import type { Metric } from '../../metrics.js'
import { type EvaluationConditions, isOfState } from '../statements/conditions.js'
import type { Tables } from '../tables/generated.js'
import { cachedByState, type DatasetKey, toIds } from './cached-by-state.js'
import { listStatistics } from './list-statistics.js'
import type { MetricStatistics } from './metric-statistics.js'

/** The statistics of `listStatistics`, computed again only after a change of their dataset. */
export function findStatistics(
  db: Kysely<Tables>,
  datasets: readonly DatasetKey[],
  options: { metric: Metric; conditions: EvaluationConditions; bins: number },
): Promise<(MetricStatistics & { metric: Metric })[]> {
  if (!isOfState(options.conditions)) return listStatistics(db, toIds(datasets), options)
  const statisticsOf = async (id: number) => (await listStatistics(db, [id], options))[0]
  return cachedByState(db, `statistics ${JSON.stringify(options)}`, datasets, statisticsOf)
}
