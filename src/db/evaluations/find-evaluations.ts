import { type Kysely, sql } from 'kysely'
import { METRICS, type Metric } from '../../metrics.js'
import { byPosition, grouped, inOrder } from '../statements/align.js'
import { answerOrder } from '../statements/answer-order.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { EvaluationRow } from '../statements/rows.js'
import { EVALUATION_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listOf, unnest } from '../tables/lists.js'

// Each function here takes all keys of a request and returns the results in the same order, with one statement.

type Ids = Placeholders<{ ids: readonly number[] }>

const evaluationsOf = compileOnce((db, { ids }: Ids) =>
  db
    .selectFrom('evaluations as e')
    .select(EVALUATION_COLUMNS)
    .where('e.activation_id', '=', anyOf(ids))
    .orderBy('e.dataset_id')
    .orderBy('e.id'),
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

/**
 * The rank of each evaluation in its dataset by a metric: 1 for the best, shared by equals, null without the metric.
 */
export async function findRanks(
  db: Kysely<Tables>,
  metric: Metric,
  ids: readonly number[],
): Promise<(number | null)[]> {
  const { column, isHigherBetter } = METRICS[metric]
  // The count reads an index only up to the rank of the evaluation, so the top of a leaderboard is cheap.
  const rows = await db
    .selectFrom('evaluations as e')
    .select('e.id')
    .select((eb) =>
      eb
        .selectFrom('evaluations as b')
        .select(sql<number>`count(*)::int + 1`.as('rank'))
        .whereRef('b.dataset_id', '=', 'e.dataset_id')
        .whereRef(`b.${column}`, isHigherBetter ? '>' : '<', `e.${column}`)
        .as('rank'),
    )
    .where('e.id', '=', anyOf(ids))
    .where(`e.${column}`, 'is not', null)
    .execute()
  return inOrder(ids, rows, (row) => row.id).map((row) => row?.rank ?? null)
}

const evaluationCounts = compileOnce((db, { ids }: Ids) =>
  db
    .selectFrom('evaluations as e')
    .select(['e.dataset_id as id', sql<number>`count(*)::int`.as('count')])
    .where('e.dataset_id', '=', anyOf(ids))
    .groupBy('e.dataset_id'),
)

/** The number of evaluations in each dataset. */
export async function countEvaluations(db: Kysely<Tables>, datasetIds: readonly number[]): Promise<number[]> {
  const rows = await evaluationCounts(db, { ids: datasetIds })
  return inOrder(datasetIds, rows, (row) => row.id).map((row) => row?.count ?? 0)
}
