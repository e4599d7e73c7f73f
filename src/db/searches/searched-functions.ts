import { type Kysely, sql } from 'kysely'
import type { Metrics } from '../../metrics.js'
import { answerOrder } from '../statements/answer-order.js'
import type { Tables } from '../tables/generated.js'
import { metricColumns } from '../tables/metric-columns.js'

/** A function that a replay of its dataset may suggest. */
export interface ReplayCandidate {
  readonly activationId: number
  readonly identityHex: string
  readonly expression: string
}

/**
 * The finite functions of a dataset that have a validation accuracy, each with the expression of the evaluation that
 * answers for it (see `answerOrder`).
 */
export async function listReplayCandidates(db: Kysely<Tables>, datasetId: number): Promise<ReplayCandidate[]> {
  return db
    .selectFrom('evaluations as e')
    .innerJoin('activations as a', 'a.id', 'e.activation_id')
    .distinctOn('e.activation_id')
    .select([
      'e.activation_id as activationId',
      sql<string>`encode(a.identity, 'hex')`.as('identityHex'),
      'e.expression',
    ])
    .where('e.dataset_id', '=', datasetId)
    .where('e.validation_accuracy', 'is not', null)
    .where('a.is_finite', '=', true)
    .orderBy('e.activation_id')
    .orderBy(answerOrder(null))
    .execute()
}

/** A run that a replay may reveal. */
export interface ReplayedRun extends Metrics {
  readonly seed: number | null
}

/** The runs of a function in the present version of a dataset that have a validation accuracy. */
export function listReplayedRuns(
  db: Kysely<Tables>,
  { datasetId, activationId }: { readonly datasetId: number; readonly activationId: number },
): Promise<ReplayedRun[]> {
  return selectReplayedRuns(db, datasetId)
    .select(['r.seed', ...metricColumns('r')])
    .where('r.activation_id', '=', activationId)
    .orderBy('r.seed')
    .orderBy('r.id')
    .execute()
}

/**
 * Whether the present version of a dataset has a run with a validation accuracy: one with this seed, or any if it is null.
 */
export async function hasReplayedRun(db: Kysely<Tables>, datasetId: number, seed: number | null): Promise<boolean> {
  const runs = selectReplayedRuns(db, datasetId).select('r.id').limit(1)
  const found = await (seed === null ? runs : runs.where('r.seed', '=', seed)).executeTakeFirst()
  return found !== undefined
}

/** The seeds of at least one run that a replay may reveal, the lowest ones first. */
export async function listReplayedSeeds(db: Kysely<Tables>, datasetId: number, most: number): Promise<number[]> {
  const rows = await selectReplayedRuns(db, datasetId)
    .select(({ ref }) => ref('r.seed').$notNull().as('seed'))
    .distinct()
    .where('r.seed', 'is not', null)
    .orderBy('r.seed')
    .limit(most)
    .execute()
  return rows.map(({ seed }) => seed)
}

function selectReplayedRuns(db: Kysely<Tables>, datasetId: number) {
  return db
    .selectFrom('runs as r')
    .innerJoin('datasets as d', (join) =>
      join.onRef('d.id', '=', 'r.dataset_id').onRef('d.version', '=', 'r.dataset_version'),
    )
    .where('r.dataset_id', '=', datasetId)
    .where('r.validation_accuracy', 'is not', null)
}

/**
 * Ids of the functions with a prediction by this surrogate that have a spelling which matches a regular expression, and
 * which were measured neither when it was fitted nor since.
 */
export async function listFreePoints(
  db: Kysely<Tables>,
  surrogate: { readonly id: number; readonly datasetId: number },
  pattern: string,
): Promise<Set<number>> {
  const rows = await db
    .selectFrom('surrogate_points as t')
    .innerJoin('expressions as x', 'x.activation_id', 't.activation_id')
    .distinct()
    .select('t.activation_id as id')
    .where('t.surrogate_id', '=', surrogate.id)
    .where('t.measured', 'is', null)
    .where('x.text', '~', pattern)
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('evaluations as e')
            .select('e.id')
            .whereRef('e.activation_id', '=', 't.activation_id')
            .where('e.dataset_id', '=', surrogate.datasetId)
            .where('e.validation_accuracy', 'is not', null),
        ),
      ),
    )
    .execute()
  return new Set(rows.map(({ id }) => id))
}
