import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** A function that a replay of its dataset may suggest. */
export interface ReplayCandidate {
  readonly activationId: number
  readonly identityHex: string
  readonly expression: string
}

/**
 * The finite functions of a dataset that have a validation accuracy, each with the expression of its first evaluation.
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
    .orderBy('e.id')
    .execute()
}

/** Ids of the functions with a prediction by this surrogate that have a spelling which matches a regular expression. */
export async function listPointsMatching(
  db: Kysely<Tables>,
  surrogateId: number,
  pattern: string,
): Promise<Set<number>> {
  const rows = await db
    .selectFrom('surrogate_points as t')
    .innerJoin('expressions as x', 'x.activation_id', 't.activation_id')
    .distinct()
    .select('t.activation_id as id')
    .where('t.surrogate_id', '=', surrogateId)
    .where('x.text', '~', pattern)
    .execute()
  return new Set(rows.map(({ id }) => id))
}
