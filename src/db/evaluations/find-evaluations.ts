import { type Kysely, type RawBuilder, sql } from 'kysely'
import { METRICS, type Metric } from '../../metrics.js'
import { byPosition, grouped, inOrder } from '../statements/align.js'
import { answerOrder } from '../statements/answer-order.js'
import { compileByShape, type Parameters } from '../statements/compile-by-shape.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import { countAll, countValues } from '../statements/kept-counts.js'
import type { EvaluationRow } from '../statements/rows.js'
import { EVALUATION_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listOf, unnest } from '../tables/lists.js'

// Each function here takes all keys of a request and returns the results in the same order, with one statement.

type Ids = Placeholders<{ ids: readonly number[] }>

const evaluationsOf = compileOnce(
  (db, { ids }: Ids) =>
    db
      .selectFrom('evaluations as e')
      .select(EVALUATION_COLUMNS)
      .where('e.activation_id', '=', anyOf(ids))
      .orderBy('e.dataset_id')
      .orderBy('e.id'),
  'evaluations-of-functions',
)

/** All evaluations of each activation, dataset by dataset. */
export async function findEvaluationsOf(
  db: Kysely<Tables>,
  activationIds: readonly number[],
): Promise<EvaluationRow[][]> {
  return grouped(activationIds, await evaluationsOf(db, { ids: activationIds }), (row) => row.activationId)
}

export interface EvaluationKey {
  readonly datasetId: number
  readonly activationId: number
  /** The spelling that was asked for. It decides if the dataset has several evaluations of the function. */
  readonly expression: string
}

interface EvaluationKeys {
  readonly datasetIds: readonly number[]
  readonly activationIds: readonly number[]
  readonly expressions: readonly string[]
}

const evaluationsByKey = compileOnce((db, { datasetIds, activationIds, expressions }: Placeholders<EvaluationKeys>) => {
  const keys = unnest('k', {
    dataset_id: listOf('int4', datasetIds),
    activation_id: listOf('int4', activationIds),
    expression: listOf('text', expressions),
  })
  return db
    .selectFrom(keys)
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('evaluations as e')
          .select(EVALUATION_COLUMNS)
          .whereRef('e.dataset_id', '=', 'k.dataset_id')
          .whereRef('e.activation_id', '=', 'k.activation_id')
          .orderBy(answerOrder(sql.ref('k.expression')))
          .limit(1)
          .as('found'),
      (join) => join.onTrue(),
    )
    .selectAll('found')
    .select('k.position')
})

/** The evaluation that answers each spelling in a dataset (see `answerOrder`), or null. */
export async function findEvaluations(
  db: Kysely<Tables>,
  keys: readonly EvaluationKey[],
): Promise<(EvaluationRow | null)[]> {
  const rows = await evaluationsByKey(db, {
    datasetIds: keys.map((key) => key.datasetId),
    activationIds: keys.map((key) => key.activationId),
    expressions: keys.map((key) => key.expression),
  })
  return byPosition(keys, rows)
}

const ranksOf = compileByShape((db, { ids }: Parameters<{ ids: readonly number[] }>, metric: Metric) =>
  db
    .selectFrom('evaluations as e')
    .select(['e.id', rankBy(metric).as('rank')])
    .where('e.id', '=', anyOf(ids))
    .where(`e.${METRICS[metric].column}`, 'is not', null),
)

/** The rank of the evaluation `e`, which has the metric: 1 + the number of better ones. */
export function rankBy(metric: Metric): RawBuilder<number> {
  const { column, isHigherBetter } = METRICS[metric]
  const values = { metric, datasetId: sql.ref<number>('e.dataset_id') }
  return sql<number>`(${countValues(values, isHigherBetter ? 'above' : 'below', sql.ref(`e.${column}`))} + 1)`
}

/**
 * The rank of each evaluation in its dataset by a metric: 1 for the best, shared by equals, null without the metric.
 */
export async function findRanks(
  db: Kysely<Tables>,
  metric: Metric,
  ids: readonly number[],
): Promise<(number | null)[]> {
  const rows = await ranksOf(db, { ids }, metric)
  return inOrder(ids, rows, (row) => row.id).map((row) => row?.rank ?? null)
}

const evaluationCounts = compileOnce((db, { ids }: Ids) =>
  db
    .selectFrom('datasets as d')
    .select(['d.id', countAll(sql.ref('d.id')).as('count')])
    .where('d.id', '=', anyOf(ids)),
)

/** The number of evaluations in each dataset. */
export async function countEvaluations(db: Kysely<Tables>, datasetIds: readonly number[]): Promise<number[]> {
  const rows = await evaluationCounts(db, { ids: datasetIds })
  return inOrder(datasetIds, rows, (row) => row.id).map((row) => row?.count ?? 0)
}
