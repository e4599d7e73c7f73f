import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** How an evaluation stands at a moment. */
export interface ChangedState {
  readonly validationAccuracy: number | null
  readonly testAccuracy: number | null
  readonly runCount: number
}

/** An evaluation that came, went or changed after a time. Of most changed ones, the state before is not known. */
export interface ChangedSince {
  readonly expression: string
  readonly isNew: boolean
  readonly before: ChangedState | null
  readonly after: ChangedState | null
}

const state = (alias: string) =>
  sql<ChangedState>`json_build_object('validationAccuracy', ${sql.ref(`${alias}.validation_accuracy`)},
    'testAccuracy', ${sql.ref(`${alias}.test_accuracy`)}, 'runCount', ${sql.ref(`${alias}.run_count`)})`

/** The evaluations of a dataset that came, went or changed after a time, by expression, after the expression `after`. */
export async function listChangedSince(
  db: Kysely<Tables>,
  { datasetId, since, after, limit }: { datasetId: number; since: Date; after: string | null; limit: number },
): Promise<ChangedSince[]> {
  const present = db
    .selectFrom('evaluations as e')
    .select(['e.expression', 'e.created_at', 'e.validation_accuracy', 'e.test_accuracy', 'e.run_count'])
    .where('e.dataset_id', '=', datasetId)
    .where((eb) => eb.or([eb('e.created_at', '>', since), eb('e.updated_at', '>', since)]))
  // The first removal has the state at that time.
  const removed = db
    .selectFrom('evaluation_removals as v')
    .distinctOn('v.expression')
    .select(['v.expression', 'v.validation_accuracy', 'v.test_accuracy', 'v.run_count'])
    .where('v.dataset_id', '=', datasetId)
    .where('v.removed_at', '>', since)
    .where('v.created_at', '<=', since)
    .orderBy('v.expression')
    .orderBy('v.id')
  const expression = sql<string>`coalesce(p.expression, o.expression) collate "C"`
  return db
    .selectFrom(present.as('p'))
    .fullJoin(removed.as('o'), 'o.expression', 'p.expression')
    .select([
      expression.as('expression'),
      sql<boolean>`o.expression is null and p.created_at > ${since}`.as('isNew'),
      sql<ChangedState | null>`case when o.expression is not null then ${state('o')} end`.as('before'),
      sql<ChangedState | null>`case when p.expression is not null then ${state('p')} end`.as('after'),
    ])
    .$if(after !== null, (query) => query.where(expression, '>', after as string))
    .orderBy(expression)
    .limit(limit)
    .execute()
}
