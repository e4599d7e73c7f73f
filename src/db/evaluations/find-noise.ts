import { type Kysely, sql } from 'kysely'
import { METRICS, type Metric } from '../../metrics.js'
import type { ColumnView } from '../columns/column-view.js'
import { computeFromColumns } from '../columns/read-columns.js'
import { compileByShape, type Parameters } from '../statements/compile-by-shape.js'
import { countMeasuredValues } from '../statements/kept-counts.js'
import type { Tables } from '../tables/generated.js'
import { cachedByState } from './cached-by-state.js'
import { inOrder } from './metric-order.js'

/** How much a metric of one function differs from seed to seed. */
export interface SeedNoise {
  /** Pooled: the root of the summed squared distances from the evaluations' own means, by the degrees of freedom. */
  readonly standardDeviation: number
  /** The number of evaluations that it was computed from, and of their runs. */
  readonly evaluations: number
  readonly runs: number
}

/**
 * The noise of a metric in each dataset, over the runs of its present version; null if no evaluation has two runs with
 * the metric. Only evaluations not worse than the dataset's median count: functions that do not learn at all agree from
 * seed to seed, and nobody compares them.
 */
export async function findSeedNoise(
  db: Kysely<Tables>,
  metric: Metric,
  datasetIds: readonly number[],
): Promise<(SeedNoise | null)[]> {
  return cachedByState(db, `noise ${metric}`, datasetIds, async (datasetId) => {
    const needed = { metrics: [metric], repeated: metric }
    const packed = await computeFromColumns(db, datasetId, needed, (view) => computeNoise(view, metric))
    const row = packed ?? (await noiseOf(db, { datasetId }, metric))[0]
    return row?.standardDeviation == null ? null : { ...row, standardDeviation: row.standardDeviation }
  })
}

interface FoundNoise extends Omit<SeedNoise, 'standardDeviation'> {
  readonly standardDeviation: number | null
}

/** The same as `noiseOf`; null if squares could be infinite. */
function computeNoise(view: ColumnView, metric: Metric): FoundNoise | null {
  const { column, isHigherBetter } = METRICS[metric]
  const repeated = view.listRepeated(column)
  if (repeated.some(({ squares }) => Number.isNaN(squares))) return null
  const median = findMedian(view, metric)
  const valueAt = view.valueAt(column)
  const good = repeated.filter(({ place }) => (isHigherBetter ? valueAt(place) >= median : valueAt(place) <= median))
  const sum = (of: (row: (typeof good)[number]) => number) => good.reduce((total, row) => total + of(row), 0)
  return {
    standardDeviation:
      good.length === 0 ? null : Math.sqrt(sum(({ squares }) => squares) / sum(({ runs }) => runs - 1)),
    evaluations: good.length,
    runs: sum(({ runs }) => runs),
  }
}

function findMedian(view: ColumnView, metric: Metric): number {
  const { column } = METRICS[metric]
  const last = view.countOf(column) - 1
  const [below, above] = [Math.floor(last / 2), Math.ceil(last / 2)].map((index) => view.valueInOrder(column, index))
  return below + (above - below) / 2
}

/** One dataset a statement: PostgreSQL then knows which one it is, and how many rows it has. */
const noiseOf = compileByShape((db, { datasetId }: Parameters<{ datasetId: number }>, metric: Metric) => {
  const { column, isHigherBetter } = METRICS[metric]
  const id = sql<number>`${datasetId}::int`
  const values = { metric, datasetId: id }
  return db
    .with('measured', (db) => db.selectNoFrom(countMeasuredValues(values).as('count')))
    .with('middle', (db) =>
      db.selectFrom('measured as m').select(
        sql<number | null>`(select percentile_cont(0.5) within group (order by value) from (
            select ${sql.ref(`e.${column}`)} as value from evaluations e
              where e.dataset_id = ${id} and ${sql.ref(`e.${column}`)} is not null ${inOrder(metric, false)}
              offset greatest(0, m.count - 1) / 2 limit 2 - m.count % 2) middle)`.as('median'),
      ),
    )
    .with('repeated', (db) =>
      db
        .selectFrom('evaluations as e')
        .innerJoin('datasets as d', 'd.id', 'e.dataset_id')
        .innerJoin('runs as r', (join) =>
          join.onRef('r.evaluation_id', '=', 'e.id').onRef('r.dataset_version', '=', 'd.version'),
        )
        .select((eb) => {
          const value = eb.ref(`r.${column}`)
          return [
            sql<string>`count(${value})`.as('runs'),
            sql<number>`var_samp(${value}) * (count(${value}) - 1)`.as('squares'),
          ]
        })
        .where('e.dataset_id', '=', id)
        .where('r.dataset_id', '=', id)
        .where('e.run_count', '>', 1)
        .where(`e.${column}`, isHigherBetter ? '>=' : '<=', ({ selectFrom }) =>
          selectFrom('middle').select('middle.median').$asScalar().$notNull(),
        )
        .groupBy('e.id')
        .having(sql<boolean>`count(${sql.ref(`r.${column}`)}) > 1`),
    )
    .selectFrom('repeated')
    .select([
      sql<number | null>`sqrt(sum(squares) / sum(runs - 1))`.as('standardDeviation'),
      sql<number>`count(*)::int`.as('evaluations'),
      sql<number>`coalesce(sum(runs), 0)::int`.as('runs'),
    ])
})
