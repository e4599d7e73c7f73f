import { type Kysely, type QueryCreator, sql } from 'kysely'
import { METRICS, type Metric } from '../../metrics.js'
import type { ColumnView } from '../columns/column-view.js'
import { computeFromColumns } from '../columns/read-columns.js'
import { NO_SINGLE_RUN, UNKNOWN_SEED } from '../columns/repeated-runs.js'
import { compileByShape, type Parameters } from '../statements/compile-by-shape.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

// The statements behind comparisons and ties: evaluations with the metric, and their runs of the present version.

/** A run: its seed, null if it is not known, and its value. */
export type RunValue = readonly [seed: number | null, value: number]

/** An evaluation with the values of its runs. */
export interface ComparedRow {
  readonly id: number
  readonly datasetId: number
  readonly value: number
  readonly runs: readonly RunValue[]
}

/** Evaluations that count as equal: mean value, seed of their single run, number of runs of each, number of evaluations. */
export type BinnedRow = readonly [value: number, seed: number | null, runs: number, count: number]

/** All evaluations of a dataset that have a metric. */
export interface ComparedRows {
  /** Those with several runs; of very many, the best. */
  readonly repeated: readonly ComparedRow[]
  readonly others: readonly BinnedRow[]
}

const comparedOf = compileByShape((db, { ids }: Parameters<{ ids: readonly number[] }>, metric: Metric) =>
  selectCompared(db, metric).where('e.id', '=', anyOf(ids)),
)

/** The evaluations among these ids that have the metric, in any order. */
export function listCompared(db: Kysely<Tables>, metric: Metric, ids: readonly number[]): Promise<ComparedRow[]> {
  return comparedOf(db, { ids }, metric)
}

/** The largest number of evaluations with several runs that are listed, the best first. */
const MOST_REPEATED = 10_000

/**
 * The evaluations of a dataset for comparisons. Others than those with several runs are summed up if they have the same
 * seed, the same number of runs, and values within one `width`.
 */
export async function listForComparison(
  db: Kysely<Tables>,
  metric: Metric,
  datasetId: number,
  width: number,
): Promise<ComparedRows> {
  const needed = { metrics: [metric], repeated: metric, seeds: true }
  const packed = await computeFromColumns(db, datasetId, needed, (view) => collectCompared(view, metric, width))
  if (packed) return { repeated: await listCompared(db, metric, packed.repeatedIds), others: packed.others }
  const repeated = await listRepeated(db, metric, datasetId)
  return { repeated, others: await listOthers(db, metric, { datasetId, width, last: repeated[MOST_REPEATED - 1] }) }
}

/** The same from packed columns, without the runs of evaluations with several. */
function collectCompared(view: ColumnView, metric: Metric, width: number) {
  const { column, isHigherBetter } = METRICS[metric]
  const valueAt = view.valueAt(column)
  const sign = isHigherBetter ? -1 : 1
  const repeated = view.listRepeated(column).filter(({ place }) => !Number.isNaN(valueAt(place)))
  const best = [...repeated].sort((a, b) => sign * (valueAt(a.place) - valueAt(b.place)) || a.id - b.id)
  const runsAt = new Int32Array(view.size)
  for (const { place, runs } of repeated) runsAt[place] = runs
  for (const { place } of best.slice(0, MOST_REPEATED)) runsAt[place] = LISTED
  const others: BinnedRow[] = []
  /** The present bin of each seed and number of runs: values come in ascending order. */
  const bins = new Map<number, { bin: number; sum: number; count: number }>()
  const end = (key: number, { sum, count }: { sum: number; count: number }) => {
    const runs = key >= 0 || key === UNKNOWN_SEED ? 1 : key === NO_SINGLE_RUN ? 0 : -key
    others.push([sum / count, key >= 0 ? key : null, runs, count])
  }
  view.forEachInOrder(column, (value, place) => {
    const runs = runsAt[place]
    if (runs === LISTED) return
    const key = runs > 0 ? -runs : view.seedAt(place)
    const bin = Math.floor(value / width)
    const known = bins.get(key)
    if (known?.bin === bin) {
      known.sum += value
      known.count++
    } else {
      if (known) end(key, known)
      bins.set(key, { bin, sum: value, count: 1 })
    }
  })
  for (const [key, bin] of bins) end(key, bin)
  return { repeatedIds: best.slice(0, MOST_REPEATED).map(({ id }) => id), others }
}

const LISTED = -1

/** The evaluations of a dataset with several runs, the best first. */
function listRepeated(db: Kysely<Tables>, metric: Metric, datasetId: number): Promise<ComparedRow[]> {
  const { column, isHigherBetter } = METRICS[metric]
  return selectCompared(db, metric)
    .where('e.dataset_id', '=', datasetId)
    .where('e.run_count', '>', 1)
    .orderBy(`e.${column}`, isHigherBetter ? 'desc' : 'asc')
    .orderBy('e.id')
    .limit(sql.lit(MOST_REPEATED))
    .execute()
}

interface OthersOf {
  readonly datasetId: number
  readonly width: number
  /** The last evaluation with several runs that is listed; undefined if all are. */
  readonly last: ComparedRow | undefined
}

async function listOthers(
  db: Kysely<Tables>,
  metric: Metric,
  { datasetId, width, last }: OthersOf,
): Promise<readonly BinnedRow[]> {
  const { column, isHigherBetter } = METRICS[metric]
  const value = sql<number>`${sql.ref(`e.${column}`)}`
  const runs = sql<number>`case when e.run_count > 1 then e.run_count else (r.id is not null)::int end`
  const { list } = await db
    .selectFrom((db) =>
      db
        .selectFrom('evaluations as e')
        .innerJoin('datasets as d', 'd.id', 'e.dataset_id')
        .leftJoin('runs as r', (join) =>
          join
            .onRef('r.evaluation_id', '=', 'e.id')
            .onRef('r.dataset_version', '=', 'd.version')
            .on(`r.${column}`, 'is not', null)
            .on('r.dataset_id', '=', datasetId)
            .on('e.run_count', '<=', 1),
        )
        .select([
          sql<number>`avg(${value})`.as('value'),
          'r.seed',
          runs.as('runs'),
          sql<number>`count(*)::int`.as('count'),
        ])
        .where('e.dataset_id', '=', datasetId)
        .where((eb) =>
          eb.or([
            eb('e.run_count', '<=', 1),
            ...(last
              ? [
                  eb(value, isHigherBetter ? '<' : '>', last.value),
                  eb.and([eb(value, '=', last.value), eb('e.id', '>', last.id)]),
                ]
              : []),
          ]),
        )
        .where(`e.${column}`, 'is not', null)
        .groupBy(['r.seed', runs, sql`floor(${value} / ${width}::float8)`])
        .as('g'),
    )
    .select(
      sql<readonly BinnedRow[]>`coalesce(json_agg(json_build_array(g.value, g.seed, g.runs, g.count)), '[]')`.as(
        'list',
      ),
    )
    .executeTakeFirstOrThrow()
  return list
}

function selectCompared(db: QueryCreator<Tables>, metric: Metric) {
  const { column } = METRICS[metric]
  return db
    .selectFrom('evaluations as e')
    .innerJoin('datasets as d', 'd.id', 'e.dataset_id')
    .select((eb) => [
      'e.id',
      'e.dataset_id as datasetId',
      eb.ref(`e.${column}`).$notNull().as('value'),
      eb
        .selectFrom('runs as r')
        .select(
          sql<
            readonly RunValue[]
          >`coalesce(json_agg(json_build_array(r.seed, ${sql.ref(`r.${column}`)}) order by r.seed, r.id), '[]')`.as(
            'list',
          ),
        )
        .whereRef('r.evaluation_id', '=', 'e.id')
        .whereRef('r.dataset_version', '=', 'd.version')
        .where(`r.${column}`, 'is not', null)
        .$asScalar()
        .$notNull()
        .as('runs'),
    ])
    .where(`e.${column}`, 'is not', null)
}
