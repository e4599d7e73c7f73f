import { type Kysely, sql } from 'kysely'
import { answerOrder } from '../statements/answer-order.js'
import type { Tables } from '../tables/generated.js'

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
