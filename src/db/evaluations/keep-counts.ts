import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/**
 * Counts a dataset again in the caller's transaction, so that reads need not add up its changes. Returns false if another
 * transaction is doing so.
 */
export async function keepCounts(db: Kysely<Tables>, datasetId: number): Promise<boolean> {
  const { isKept } = await db
    .selectNoFrom(sql<boolean>`actbench_keep_counts(${datasetId}::int)`.as('isKept'))
    .executeTakeFirstOrThrow()
  return isKept
}

/** Fewer changes than this are always added up. */
const FEWEST_CHANGES = 500
/** More changes than this share of the evaluations are not added up: counting again costs less than many reads. */
const SHARE = 1 / 200

/** The datasets that should be counted again: never counted, or with many changes. */
export async function listOutdatedCounts(db: Kysely<Tables>): Promise<number[]> {
  const rows = await db
    .selectFrom('datasets as d')
    .leftJoin('kept_datasets as k', 'k.dataset_id', 'd.id')
    .leftJoin(
      (eb) =>
        eb
          .selectFrom('evaluation_changes as x')
          .select(['x.dataset_id', sql<number>`count(*)::int`.as('changes')])
          .groupBy('x.dataset_id')
          .as('c'),
      (join) => join.onRef('c.dataset_id', '=', 'd.id'),
    )
    .select('d.id')
    .where(
      sql<boolean>`k.dataset_id is null
        or c.changes > greatest(${FEWEST_CHANGES}::int, k.evaluations * ${SHARE}::float8)`,
    )
    .orderBy('d.id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Deletes the changes of datasets that are deleted. */
export async function deleteOrphanedChanges(db: Kysely<Tables>): Promise<void> {
  await db
    .deleteFrom('evaluation_changes as x')
    .where(({ exists, not, selectFrom }) =>
      not(exists(selectFrom('datasets as d').whereRef('d.id', '=', 'x.dataset_id'))),
    )
    .execute()
}
