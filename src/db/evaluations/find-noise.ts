import { type Expression, type Kysely, sql } from 'kysely'
import { METRICS, type Metric } from '../../metrics.js'
import { inOrder } from '../statements/align.js'
import type { Tables } from '../tables/generated.js'

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
  const rows = await withNoise(db, metric, sql<number>`any(${datasetIds}::int[])`)
    .selectFrom('noise as n')
    .select(['n.dataset_id as datasetId', 'n.standardDeviation', 'n.evaluations', 'n.runs'])
    .execute()
  return inOrder(datasetIds, rows, (row) => row.datasetId).map((row) => {
    if (!row) return null
    const { datasetId: _, ...noise } = row
    return noise
  })
}

/** Common tables, the last one `noise` with a row for each dataset that has any. `datasetIds` is `any (...)`. */
function withNoise(db: Kysely<Tables>, metric: Metric, datasetIds: Expression<number>) {
  const { column, isHigherBetter } = METRICS[metric]
  return db
    .with('medians', (db) =>
      db
        .selectFrom('evaluations as e')
        .select((eb) => [
          'e.dataset_id',
          sql<number>`percentile_cont(0.5) within group (order by ${eb.ref(`e.${column}`)})`.as('median'),
        ])
        .where('e.dataset_id', '=', datasetIds)
        .groupBy('e.dataset_id'),
    )
    .with('repeated', (db) =>
      db
        .selectFrom('medians as m')
        .innerJoin('evaluations as e', (join) =>
          join
            .onRef('e.dataset_id', '=', 'm.dataset_id')
            .onRef(`e.${column}`, isHigherBetter ? '>=' : '<=', 'm.median'),
        )
        .innerJoin('datasets as d', 'd.id', 'e.dataset_id')
        .innerJoin('runs as r', (join) =>
          join.onRef('r.evaluation_id', '=', 'e.id').onRef('r.dataset_version', '=', 'd.version'),
        )
        .select((eb) => {
          const value = eb.ref(`r.${column}`)
          return [
            'e.dataset_id',
            sql<string>`count(${value})`.as('runs'),
            sql<number>`var_samp(${value}) * (count(${value}) - 1)`.as('squares'),
          ]
        })
        .groupBy('e.id')
        .having(sql<boolean>`count(${sql.ref(`r.${column}`)}) > 1`),
    )
    .with('noise', (db) =>
      db
        .selectFrom('repeated')
        .select([
          'dataset_id',
          sql<number>`sqrt(sum(squares) / sum(runs - 1))`.as('standardDeviation'),
          sql<number>`count(*)::int`.as('evaluations'),
          sql<number>`sum(runs)::int`.as('runs'),
        ])
        .groupBy('dataset_id'),
    )
}
