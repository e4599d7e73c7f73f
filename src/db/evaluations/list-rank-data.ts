import { type Kysely, type QueryCreator, sql } from 'kysely'
import { METRICS, type Metric } from '../../metrics.js'
import type { ColumnView } from '../columns/column-view.js'
import { computeFromColumns } from '../columns/read-columns.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'
import { rankBy } from './find-evaluations.js'

/** An evaluation that has the metric. */
export interface RankedRow {
  readonly id: number
  readonly datasetId: number
  readonly value: number
  /** Number of runs of the present version of the dataset that have the metric. */
  readonly runs: number
  readonly rank: number
}

/** The evaluations among these ids that have the metric, with their ranks, in any order. */
export async function listRanked(db: Kysely<Tables>, metric: Metric, ids: readonly number[]): Promise<RankedRow[]> {
  const { column } = METRICS[metric]
  return db
    .selectFrom('evaluations as e')
    .select((eb) => [
      'e.id',
      'e.dataset_id as datasetId',
      eb.ref(`e.${column}`).$notNull().as('value'),
      countRuns(db, metric).as('runs'),
      rankBy(metric).as('rank'),
    ])
    .where('e.id', '=', anyOf(ids))
    .where(`e.${column}`, 'is not', null)
    .execute()
}

/** The values of a metric in a dataset, and how much its runs differ. */
export interface RankValues {
  /** Mean value, number of runs, number of evaluations. */
  readonly measured: readonly (readonly [value: number, runs: number, count: number])[]
  /** Evaluations with several runs: value, sum of the squared distances of the runs from their mean, runs - 1. */
  readonly spreads: readonly (readonly [value: number, squares: number, degrees: number])[]
}

/** The largest number of evaluations with several runs that are listed. */
const MOST_SPREADS = 10_000

/**
 * The values of all evaluations of a dataset. Values with the same number of runs within one `width` are summed up, so
 * that the list is short for any number of evaluations.
 */
export async function listRankValues(
  db: Kysely<Tables>,
  metric: Metric,
  datasetId: number,
  width: number,
): Promise<RankValues> {
  const needed = { metrics: [metric], repeated: metric }
  const packed = await computeFromColumns(db, datasetId, needed, (view) => collectRankValues(view, metric, width))
  return packed ?? readRankValues(db, metric, datasetId, width)
}

/** The same as `readRankValues`; null if squares could be infinite. */
function collectRankValues(view: ColumnView, metric: Metric, width: number): RankValues | null {
  const { column } = METRICS[metric]
  const repeated = view.listRepeated(column)
  if (repeated.some(({ squares }) => Number.isNaN(squares))) return null
  const runsAt = new Int32Array(view.size).fill(1)
  for (const { place, runs } of repeated) runsAt[place] = runs
  const valueAt = view.valueAt(column)
  /** The present bin of each number of runs. */
  const bins: { bin: number; sum: number; count: number }[] = []
  const measured: [value: number, runs: number, count: number][] = []
  const end = (runs: number, { sum, count }: { sum: number; count: number }) =>
    measured.push([sum / count, runs, count])
  view.forEachInOrder(column, (value, place) => {
    const runs = runsAt[place]
    const bin = Math.floor(value / width)
    const known = bins[runs]
    if (known?.bin === bin) {
      known.sum += value
      known.count++
    } else {
      if (known) end(runs, known)
      bins[runs] = { bin, sum: value, count: 1 }
    }
  })
  bins.forEach((bin, runs) => {
    end(runs, bin)
  })
  const withValue = repeated.filter(({ place }) => !Number.isNaN(valueAt(place)))
  const spreads = withValue.slice(0, MOST_SPREADS)
  return {
    measured,
    spreads: spreads.map(({ place, squares, runs }) => [valueAt(place), squares, runs - 1] as const),
  }
}

async function readRankValues(
  db: Kysely<Tables>,
  metric: Metric,
  datasetId: number,
  width: number,
): Promise<RankValues> {
  const { column } = METRICS[metric]
  const row = await db
    .with('repeated', (db) =>
      selectPresentRuns(db)
        .select((eb) => {
          const value = eb.ref(`r.${column}`)
          return [
            'r.evaluation_id',
            sql<number>`count(*)::int`.as('runs'),
            sql<number>`var_samp(${value}) * (count(*) - 1)`.as('squares'),
          ]
        })
        .innerJoin('evaluations as e', 'e.id', 'r.evaluation_id')
        .where('r.dataset_id', '=', datasetId)
        .where('e.dataset_id', '=', datasetId)
        .where('e.run_count', '>', 1)
        .where(`r.${column}`, 'is not', null)
        .groupBy('r.evaluation_id')
        .having(sql<boolean>`count(*) > 1`),
    )
    .with('placed', (db) =>
      db
        .selectFrom('evaluations as e')
        .leftJoin('repeated as p', 'p.evaluation_id', 'e.id')
        .select((eb) => [
          'e.id',
          eb.ref(`e.${column}`).as('value'),
          sql<number>`coalesce(p.runs, 1)`.as('runs'),
          'p.squares',
        ])
        .where('e.dataset_id', '=', datasetId)
        .where(`e.${column}`, 'is not', null),
    )
    .selectNoFrom(({ selectFrom }) => [
      selectFrom(
        selectFrom('placed as m')
          .select([sql<number>`avg(m.value)`.as('value'), 'm.runs', sql<number>`count(*)::int`.as('count')])
          .groupBy(['m.runs', sql`floor(m.value / ${width}::float8)`])
          .as('g'),
      )
        .select(
          sql<RankValues['measured']>`coalesce(json_agg(json_build_array(g.value, g.runs, g.count)), '[]')`.as('list'),
        )
        .$asScalar()
        .$notNull()
        .as('measured'),
      selectFrom(
        selectFrom('placed as m')
          .select(['m.value', 'm.squares', 'm.runs'])
          .where('m.squares', 'is not', null)
          .orderBy('m.id')
          .limit(sql.lit(MOST_SPREADS))
          .as('s'),
      )
        .select(
          sql<RankValues['spreads']>`coalesce(json_agg(json_build_array(s.value, s.squares, s.runs - 1)), '[]')`.as(
            'list',
          ),
        )
        .$asScalar()
        .$notNull()
        .as('spreads'),
    ])
    .executeTakeFirstOrThrow()
  return row
}

/** Runs of the present versions of their datasets. */
function selectPresentRuns(db: QueryCreator<Tables>) {
  return db
    .selectFrom('runs as r')
    .innerJoin('datasets as d', (join) =>
      join.onRef('d.id', '=', 'r.dataset_id').onRef('d.version', '=', 'r.dataset_version'),
    )
}

/** The number of runs of the evaluation `e` that count for its median; at least 1. */
function countRuns(db: Kysely<Tables>, metric: Metric) {
  const runs = selectPresentRuns(db)
    .select(sql<number>`count(*)::int`.as('count'))
    .where('r.evaluation_id', '=', sql.ref<number>('e.id'))
    .where(`r.${METRICS[metric].column}`, 'is not', null)
  return sql<number>`greatest(1, ${runs})`
}
