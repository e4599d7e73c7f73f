import { type Kysely, type QueryCreator, sql } from 'kysely'
import { METRICS, type Metric } from '../../metrics.js'
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

/** Evaluations with at most one run that count as equal: mean value, seed, number of evaluations. */
export type SingleRow = readonly [value: number, seed: number | null, hasRun: boolean, count: number]

const comparedOf = compileByShape((db, { ids }: Parameters<{ ids: readonly number[] }>, metric: Metric) =>
  selectCompared(db, metric).where('e.id', '=', anyOf(ids)),
)

/** The evaluations among these ids that have the metric, in any order. */
export function listCompared(db: Kysely<Tables>, metric: Metric, ids: readonly number[]): Promise<ComparedRow[]> {
  return comparedOf(db, { ids }, metric)
}

/** The largest number of evaluations with several runs that are listed, the best first. */
const MOST_REPEATED = 10_000

/** The evaluations of a dataset with several runs, by their ids. */
export function listRepeated(db: Kysely<Tables>, metric: Metric, datasetId: number): Promise<ComparedRow[]> {
  const { column, isHigherBetter } = METRICS[metric]
  return selectCompared(db, metric)
    .where('e.dataset_id', '=', datasetId)
    .where('e.run_count', '>', 1)
    .orderBy(`e.${column}`, isHigherBetter ? 'desc' : 'asc')
    .orderBy('e.id')
    .limit(sql.lit(MOST_REPEATED))
    .execute()
}

/** The other evaluations of a dataset. Values with the same seed within one `width` are summed up. */
export async function listSingles(
  db: Kysely<Tables>,
  metric: Metric,
  datasetId: number,
  width: number,
): Promise<readonly SingleRow[]> {
  const { column } = METRICS[metric]
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
            .on('r.dataset_id', '=', datasetId),
        )
        .select([
          sql<number>`avg(${sql.ref(`e.${column}`)})`.as('value'),
          'r.seed',
          sql<boolean>`r.id is not null`.as('has_run'),
          sql<number>`count(*)::int`.as('count'),
        ])
        .where('e.dataset_id', '=', datasetId)
        .where('e.run_count', '<=', 1)
        .where(`e.${column}`, 'is not', null)
        .groupBy(['r.seed', sql`r.id is not null`, sql`floor(${sql.ref(`e.${column}`)} / ${width}::float8)`])
        .as('g'),
    )
    .select(
      sql<readonly SingleRow[]>`coalesce(json_agg(json_build_array(g.value, g.seed, g.has_run, g.count)), '[]')`.as(
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
