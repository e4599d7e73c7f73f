import { type Kysely, sql } from 'kysely'
import type { Metrics } from '../../metrics.js'
import { compileByShape, type Parameters } from '../statements/compile-by-shape.js'
import { toEvaluationConditions } from '../statements/conditions.js'
import type { Tables } from '../tables/generated.js'
import { metricColumns } from '../tables/metric-columns.js'
import { type ExportedFunction, FUNCTION_COLUMNS, VERSION_OF } from './function-columns.js'
import type { ExportScope } from './read-exported.js'

/** An evaluation with what is known of its runs and its function. */
export interface MeasuredFunction extends ExportedFunction, Metrics {
  readonly id: number
  /** The expression that was evaluated. */
  readonly expression: string
  /** Number of all its runs. */
  readonly runCount: number
  /** Number of runs of the present version with a validation accuracy. */
  readonly presentRuns: number
  /** Of the validation accuracy, over all runs; null if fewer than two have it. */
  readonly standardDeviation: number | null
  /** The stored prediction of the surrogate, or null. */
  readonly predicted: number | null
  readonly predictedStandardDeviation: number | null
}

/** Number of rows in memory at a time: less than a megabyte. */
const PAGE = 500

const measuredAfter = compileByShape(
  (
    db,
    {
      datasetId,
      version,
      last,
      conditions,
      surrogateId,
    }: Parameters<ExportScope & { last: number; surrogateId: number }>,
  ) =>
    db
      .selectFrom('evaluations as e')
      .innerJoin('activations as a', 'a.id', 'e.activation_id')
      .leftJoin('activation_moments as m', (join) =>
        join.onRef('m.activation_id', '=', 'a.id').on('m.version', '=', VERSION_OF.moments),
      )
      .leftJoin('activation_properties as p', (join) =>
        join.onRef('p.activation_id', '=', 'a.id').on('p.version', '=', VERSION_OF.properties),
      )
      .leftJoin('surrogate_points as t', (join) =>
        join.onRef('t.activation_id', '=', 'a.id').on('t.surrogate_id', '=', surrogateId),
      )
      .leftJoinLateral(
        (eb) =>
          eb
            .selectFrom('runs as r')
            .select([
              sql<number>`(count(r.validation_accuracy) filter (where r.dataset_version = ${version}))::int`.as(
                'present',
              ),
              sql<number | null>`stddev_samp(r.validation_accuracy)`.as('deviation'),
            ])
            .whereRef('r.evaluation_id', '=', 'e.id')
            .as('s'),
        (join) => join.onTrue(),
      )
      .select(['e.id', 'a.id as activation', 'e.expression', 'e.run_count as runCount', ...metricColumns('e')])
      .select([sql<number>`s.present`.as('presentRuns'), 's.deviation as standardDeviation'])
      .select(['t.mean as predicted', 't.standard_deviation as predictedStandardDeviation'])
      .select(FUNCTION_COLUMNS)
      .where('e.dataset_id', '=', datasetId)
      .where('e.id', '>', last)
      .where((eb) => eb.and(toEvaluationConditions(conditions)))
      .orderBy('e.id')
      .limit(sql.lit(PAGE)),
)

/**
 * The evaluations of an export with their functions, oldest first, a page at a time. Call it in a transaction of isolation
 * level REPEATABLE READ.
 */
export async function* readMeasured(
  db: Kysely<Tables>,
  scope: ExportScope & { readonly surrogateId: number },
): AsyncGenerator<MeasuredFunction[], void, void> {
  for (let last = 0; ; ) {
    const rows = await measuredAfter(db, { ...scope, last }, null)
    if (rows.length > 0) yield rows
    if (rows.length < PAGE) return
    last = rows[rows.length - 1].id
  }
}

/** All validation accuracies of a dataset, ascending. A number takes 8 bytes, so a million of them are few megabytes. */
export async function listAccuracies(db: Kysely<Tables>, datasetId: number): Promise<Float64Array> {
  const { bytes } = await db
    .selectFrom('evaluations as e')
    .select(
      sql<Buffer | null>`string_agg(float8send(e.validation_accuracy), ''::bytea order by e.validation_accuracy)`.as(
        'bytes',
      ),
    )
    .where('e.dataset_id', '=', datasetId)
    .executeTakeFirstOrThrow()
  return Float64Array.from({ length: (bytes?.length ?? 0) / 8 }, (_, i) => (bytes as Buffer).readDoubleBE(8 * i))
}
