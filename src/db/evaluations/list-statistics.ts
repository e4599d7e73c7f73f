import { type Expression, type Kysely, type RawBuilder, sql } from 'kysely'
import { METRICS, type Metric } from '../../metrics.js'
import { type GroupKey, groupValues } from '../columns/group-columns.js'
import { listConditionMetrics, toMatcher } from '../columns/match-columns.js'
import { computeFromColumns } from '../columns/read-columns.js'
import { inOrder } from '../statements/align.js'
import { compileByShape, type Parameters } from '../statements/compile-by-shape.js'
import {
  type EvaluationConditions,
  isOfState,
  isUnconditional,
  toEvaluationConditions,
} from '../statements/conditions.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'
import { cachedByState, type DatasetKey, toIds } from './cached-by-state.js'
import { findKeptStatistics } from './kept-statistics.js'
import { computeStatistics, type MetricStatistics } from './metric-statistics.js'

export type { GroupKey } from '../columns/group-columns.js'

/** The group, or groups, of an evaluation of the activation `a`. */
const GROUPS = {
  OPERATOR: sql<string>`unnest(a.operators)`,
  ROOT_OPERATOR: sql<string>`split_part(a.expression, '(', 1)`,
  DEPTH: sql<string>`a.depth::text`,
  IS_EVEN: byProperty("case when p.is_even then 'even' else 'not even' end"),
  IS_ODD: byProperty("case when p.is_odd then 'odd' else 'not odd' end"),
  IS_MONOTONE: byProperty("case when p.is_monotone then 'monotone' else 'not monotone' end"),
  IS_BOUNDED: byProperty("case when p.is_bounded then 'bounded' else 'not bounded' end"),
  IS_SMOOTH: byProperty("case when p.is_smooth then 'smooth' else 'not smooth' end"),
  SYMMETRY: byProperty(`case when p.is_even and p.is_odd then 'even and odd' when p.is_even then 'even'
    when p.is_odd then 'odd' else 'neither' end`),
} as const satisfies Record<GroupKey, unknown>

/** A text of this module about the properties of the activation `a`; no group if they are not decided. */
function byProperty(key: string) {
  return sql<string>`unnest(array(select ${sql.raw(key)} from activation_properties p where p.activation_id = a.id))`
}

/** The number of bins of a group's histogram. */
const GROUP_BINS = 50

export interface MetricGroup {
  readonly key: string
  readonly statistics: MetricStatistics & { readonly metric: Metric }
}

interface MeasuredIn {
  readonly datasetIds: readonly number[]
  readonly conditions: EvaluationConditions
}

/** The values that are not null, as doubles in network order: a million numbers are read much faster than as JSON. */
function inAscendingOrder(value: Expression<number | null>): RawBuilder<Buffer | null> {
  return sql<Buffer | null>`string_agg(float8send(${value}), ''::bytea order by ${value}) filter (where ${value} is not null)`
}

function toNumbers(doubles: Buffer | null): Float64Array {
  if (!doubles) return new Float64Array()
  const view = new DataView(doubles.buffer, doubles.byteOffset, doubles.byteLength)
  return Float64Array.from({ length: doubles.length / 8 }, (_, i) => view.getFloat64(8 * i))
}

const sortedValues = compileByShape((db, { datasetIds, conditions }: Parameters<MeasuredIn>, metric: Metric) => {
  const column = `e.${METRICS[metric].column}` as const
  return db
    .selectFrom('evaluations as e')
    .select((eb) => ['e.dataset_id as datasetId', inAscendingOrder(eb.ref(column)).as('values')])
    .where('e.dataset_id', '=', anyOf(datasetIds))
    .where(column, 'is not', null)
    .where((eb) => eb.and(toEvaluationConditions(conditions)))
    .groupBy('e.dataset_id')
})

/** Statistics of a metric for each dataset. Those of all evaluations come from the kept order of the metric. */
export async function listStatistics(
  db: Kysely<Tables>,
  datasetIds: readonly number[],
  { metric, conditions, bins }: { metric: Metric; conditions: EvaluationConditions; bins: number },
): Promise<(MetricStatistics & { metric: Metric })[]> {
  const found = new Map<number, MetricStatistics>()
  for (const id of datasetIds) {
    const kept = isUnconditional(conditions)
      ? await findKeptStatistics(db, id, { metric, bins })
      : await computeFromPacked(db, id, { metric, conditions, bins })
    if (kept) found.set(id, kept)
  }
  const others = datasetIds.filter((id) => !found.has(id))
  if (others.length > 0) {
    const rows = await sortedValues(db, { datasetIds: others, conditions }, metric)
    const values = new Map(rows.map((row) => [row.datasetId, row.values]))
    for (const id of others) found.set(id, computeStatistics(toNumbers(values.get(id) ?? null), bins))
  }
  return inOrder(datasetIds, [...found], ([id]) => id).flatMap((entry) => (entry ? [{ metric, ...entry[1] }] : []))
}

/** Statistics of the packed evaluations that meet the conditions; null if they are not packed, or if the conditions look elsewhere. */
async function computeFromPacked(
  db: Kysely<Tables>,
  datasetId: number,
  { metric, conditions, bins }: { metric: Metric; conditions: EvaluationConditions; bins: number },
): Promise<MetricStatistics | null> {
  if (!isOfState(conditions)) return null
  const metrics = [metric, ...listConditionMetrics(conditions)]
  return computeFromColumns(db, datasetId, { metrics }, (view) => {
    const isMatch = toMatcher(view, conditions)
    const values: number[] = []
    view.forEachInOrder(METRICS[metric].column, (value, place) => {
      if (isMatch(place)) values.push(value)
    })
    return computeStatistics(values, bins)
  })
}

const groupedValues = compileByShape(
  (
    db,
    { datasetId, conditions }: Parameters<{ datasetId: number; conditions: EvaluationConditions }>,
    { by, metric }: { by: GroupKey; metric: Metric },
  ) =>
    db
      .selectFrom(
        db
          .selectFrom('evaluations as e')
          .innerJoin('activations as a', 'a.id', 'e.activation_id')
          .select([sql<string>`(${GROUPS[by]}) collate "C"`.as('key'), `e.${METRICS[metric].column} as value`])
          .where('e.dataset_id', '=', datasetId)
          .where((eb) => eb.and(toEvaluationConditions(conditions)))
          .as('members'),
      )
      .select(['key', inAscendingOrder(sql.ref('value')).as('values')])
      .groupBy('key'),
)

/** The groups of each dataset's evaluations, with one statement a dataset: best median first, groups without a value last. */
export async function listGroups(
  db: Kysely<Tables>,
  datasets: readonly DatasetKey[],
  { by, metric, conditions }: { by: GroupKey; metric: Metric; conditions: EvaluationConditions },
): Promise<MetricGroup[][]> {
  const { column, isHigherBetter } = METRICS[metric]
  const listOf = async (id: number): Promise<MetricGroup[]> => {
    const toGroup = (key: string, values: Float64Array): MetricGroup => ({
      key,
      statistics: { metric, ...computeStatistics(values, GROUP_BINS) },
    })
    const metrics = [metric, ...listConditionMetrics(conditions)]
    const packed = isOfState(conditions)
      ? await computeFromColumns(db, id, { metrics }, (view) => {
          const isMatch = isUnconditional(conditions) ? null : toMatcher(view, conditions)
          return [...groupValues(view, by, column, isMatch)].map(([key, values]) => toGroup(key, values))
        })
      : null
    const groups =
      packed ??
      (await groupedValues(db, { datasetId: id, conditions }, { by, metric })).map(({ key, values }) =>
        toGroup(key, toNumbers(values)),
      )
    return groups.sort((a, b) => compareGroups(a, b, isHigherBetter))
  }
  if (!isOfState(conditions)) {
    const found: MetricGroup[][] = []
    for (const id of toIds(datasets)) found.push(await listOf(id))
    return found
  }
  return cachedByState(db, `groups ${by} ${metric} ${JSON.stringify(conditions)}`, datasets, listOf)
}

function compareGroups(a: MetricGroup, b: MetricGroup, isHigherBetter: boolean): number {
  const worst = isHigherBetter ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const [first, second] = [a, b].map((group) => group.statistics.quartiles[1] ?? worst)
  if (first !== second) return first > second === isHigherBetter ? -1 : 1
  return a.key < b.key ? -1 : 1
}
