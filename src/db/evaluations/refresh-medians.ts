import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'
import { METRIC_COLUMNS } from '../tables/metric-columns.js'

/**
 * Sets an evaluation's metrics to the medians over its runs of one version of the dataset: the current version, or the
 * version of the newest run if the current version has no runs. The median of an even number of runs is the mean of the
 * two middle ones. Metrics that a run did not measure, or that were not finite, do not count.
 */
export async function refreshMedians(db: Kysely<Tables>, evaluationId: number): Promise<void> {
  await db
    .updateTable('evaluations as e')
    .from((eb) =>
      eb
        .selectFrom('runs as r')
        .select(MEDIANS_OF_RUNS)
        .where('r.evaluation_id', '=', evaluationId)
        .where('r.dataset_version', '=', ({ selectFrom }) =>
          selectFrom('runs as v')
            .innerJoin('datasets as d', 'd.id', 'v.dataset_id')
            .select('v.dataset_version')
            .where('v.evaluation_id', '=', evaluationId)
            .orderBy(sql`v.dataset_version = d.version`, 'desc')
            .orderBy('v.id', 'desc')
            .limit(1),
        )
        .as('medians'),
    )
    .set({ ...MEDIANS, updated_at: sql<Date>`now()` })
    .where('e.id', '=', evaluationId)
    .execute()
}

/**
 * Sets evaluations to the medians over their runs of this version, if there are any. Rows of an Act-Bench file keep the
 * values of the file; `origin` IMPORTED is for a table, whose lines are runs.
 */
export async function refreshMediansOf(
  db: Kysely<Tables>,
  { datasetVersion, origin }: { readonly datasetVersion: string; readonly origin?: 'IMPORTED' },
  evaluationIds: readonly number[],
): Promise<void> {
  await db
    .updateTable('evaluations as e')
    .from((eb) =>
      eb
        .selectFrom('runs as r')
        .select('r.evaluation_id')
        .select(MEDIANS_OF_RUNS)
        .where('r.evaluation_id', '=', anyOf(evaluationIds))
        .where('r.dataset_version', '=', datasetVersion)
        .groupBy('r.evaluation_id')
        .as('medians'),
    )
    .set({ ...MEDIANS, updated_at: sql<Date>`now()` })
    .whereRef('e.id', '=', 'medians.evaluation_id')
    .where('e.origin', origin === 'IMPORTED' ? '=' : '<>', 'IMPORTED')
    .execute()
}

/** Null values do not count. */
const MEDIANS_OF_RUNS = METRIC_COLUMNS.map((column) =>
  sql<number | null>`percentile_cont(0.5) within group (order by ${sql.ref(`r.${column}`)})`.as(column),
)

const MEDIANS = Object.fromEntries(
  METRIC_COLUMNS.map((column) => [column, sql<number | null>`${sql.ref(`medians.${column}`)}`]),
)
