import { type EvaluationConditions, toEvaluationSql } from '../statements/conditions.js'
import { METRICS, type Metric } from '../statements/metrics.js'
import { Parameters } from '../statements/parameters.js'
import type { Queryable } from '../statements/rows.js'
import { computeStatistics, type MetricStatistics } from './metric-statistics.js'

export type GroupKey = keyof typeof GROUPS

const GROUPS = {
  OPERATOR: 'unnest(o.operators)',
  ROOT_OPERATOR: "split_part(o.expression, '(', 1)",
  DEPTH: 'o.depth::text',
} as const

/** The bins of a group's histogram. */
const GROUP_BINS = 50

export interface MetricGroup {
  readonly key: string
  readonly statistics: MetricStatistics & { readonly metric: Metric }
}

/** Statistics of a metric for each dataset, in one statement. */
export async function listStatistics(
  db: Queryable,
  datasetIds: readonly number[],
  options: { metric: Metric; conditions: EvaluationConditions; bins: number },
): Promise<(MetricStatistics & { metric: Metric })[]> {
  const parameters = new Parameters()
  const ids = parameters.add(datasetIds)
  const column = `e.${METRICS[options.metric].column}`
  const conditions = [`e.dataset_id = any(${ids})`, `${column} is not null`]
  conditions.push(...toEvaluationSql(options.conditions, parameters))
  const { rows } = await db.query(
    `select e.dataset_id as "datasetId", json_agg(${column} order by ${column}) as values
     from evaluations e where ${conditions.join(' and ')} group by e.dataset_id`,
    parameters.values,
  )
  const values = new Map<number, number[]>(rows.map((row) => [row.datasetId, row.values]))
  return datasetIds.map((id) => ({
    metric: options.metric,
    ...computeStatistics(values.get(id) ?? [], options.bins),
  }))
}

/** The groups of each dataset's evaluations, best median first and those without a value last, in one statement. */
export async function listGroups(
  db: Queryable,
  datasetIds: readonly number[],
  options: { by: GroupKey; metric: Metric; conditions: EvaluationConditions },
): Promise<MetricGroup[][]> {
  const parameters = new Parameters()
  const ids = parameters.add(datasetIds)
  const { column, isHigherBetter } = METRICS[options.metric]
  const conditions = [`e.dataset_id = any(${ids})`, ...toEvaluationSql(options.conditions, parameters)]
  const { rows } = await db.query(
    `select "datasetId", key, json_agg(value order by value) filter (where value is not null) as values
     from (select e.dataset_id as "datasetId", ${GROUPS[options.by]} as key, e.${column} as value
           from evaluations e join activations o on o.id = e.activation_id
           where ${conditions.join(' and ')}) as members
     group by "datasetId", key`,
    parameters.values,
  )
  const groups = new Map<number, MetricGroup[]>(datasetIds.map((id) => [id, []]))
  for (const { datasetId, key, values } of rows) {
    const statistics = { metric: options.metric, ...computeStatistics(values ?? [], GROUP_BINS) }
    groups.get(datasetId)?.push({ key, statistics })
  }
  for (const list of groups.values()) list.sort((a, b) => compareGroups(a, b, isHigherBetter))
  return datasetIds.map((id) => groups.get(id) ?? [])
}

function compareGroups(a: MetricGroup, b: MetricGroup, isHigherBetter: boolean): number {
  const worst = isHigherBetter ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const [first, second] = [a, b].map((group) => group.statistics.quartiles[1] ?? worst)
  if (first !== second) return first > second === isHigherBetter ? -1 : 1
  return a.key < b.key ? -1 : 1
}
