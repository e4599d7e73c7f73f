import type { Kysely } from 'kysely'
import { METRICS } from '../../metrics.js'
import { listConditionMetrics, toMatcher } from '../columns/match-columns.js'
import { computeFromColumns } from '../columns/read-columns.js'
import type { EvaluationConditions } from '../statements/conditions.js'
import type { Tables } from '../tables/generated.js'

/** The number of packed evaluations that meet conditions which `isOfState` allows; null if they are not packed. */
export function countMatching(
  db: Kysely<Tables>,
  datasetId: number,
  conditions: EvaluationConditions,
): Promise<number | null> {
  const metrics = listConditionMetrics(conditions)
  return computeFromColumns(db, datasetId, { metrics }, (view) => {
    const isMatch = toMatcher(view, conditions)
    let count = 0
    const add = (place: number) => {
      if (isMatch(place)) count++
    }
    if (metrics.length === 0) view.forEach(add)
    else {
      const { column, property } = METRICS[metrics[0]]
      const { min, max } = conditions[property] ?? {}
      view.forEachInOrder(column, (_, place) => add(place), { min: min ?? undefined, max: max ?? undefined })
    }
    return count
  })
}
