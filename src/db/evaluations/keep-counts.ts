import { type Kysely, sql } from 'kysely'
import { FORMAT, keepColumns, releaseFunctions, tryHoldFunctions } from '../columns/keep-columns.js'
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

/**
 * Counts a dataset again and packs its columns, in a transaction of its own. Returns false if another transaction is doing so, or
 * if one that has changed functions has not ended: it may not have logged evaluations that this one would see.
 */
export async function keepCountsAndColumns(
  db: Kysely<Tables>,
  datasetId: number,
  signal?: AbortSignal,
): Promise<boolean> {
  return db.connection().execute(async (connection) => {
    if (!(await tryHoldFunctions(connection))) return false
    const snapshot = connection.transaction().setIsolationLevel('repeatable read')
    return snapshot.execute(async (transaction) => {
      await releaseFunctions(transaction)
      if (!(await keepCounts(transaction, datasetId))) return false
      await keepColumns(transaction, datasetId, signal)
      return true
    })
  })
}

/** Fewer changes than this are always added up. */
const FEWEST_CHANGES = 500
/** More changes than this share of the evaluations are not added up: counting again costs less than many reads. */
const SHARE = 1 / 200

/** The datasets that should be counted again: never counted, with many changes, or with columns of another state. */
export async function listOutdatedCounts(db: Kysely<Tables>): Promise<number[]> {
  const rows = await db
    .selectFrom('datasets as d')
    .leftJoin('kept_datasets as k', 'k.dataset_id', 'd.id')
    .leftJoin(
      (eb) =>
        eb
          .selectFrom('evaluation_changes as x')
          .select(['x.dataset_id', sql<number>`count(*)::int`.as('changes')])
          .select(sql<boolean>`bool_or(x.evaluation_id is null)`.as('unknown'))
          .groupBy('x.dataset_id')
          .as('c'),
      (join) => join.onRef('c.dataset_id', '=', 'd.id'),
    )
    .leftJoin('dataset_columns as p', (join) =>
      join.onRef('p.dataset_id', '=', 'd.id').onRef('p.generation', '=', 'k.generation').on('p.name', '=', 'about'),
    )
    .select('d.id')
    .where(
      sql<boolean>`k.dataset_id is null or p.bytes is null or c.unknown
        or convert_from(p.bytes, 'UTF8')::json->>'version' <> d.version
        or (convert_from(p.bytes, 'UTF8')::json->>'format') is distinct from ${String(FORMAT)}::text
        or c.changes > greatest(${FEWEST_CHANGES}::int, k.evaluations * ${SHARE}::float8)`,
    )
    .orderBy('d.id')
    .execute()
  return rows.map(({ id }) => id)
}

/** No dataset: the log has the changes of functions under this id, which the states of all datasets include. */
export const FUNCTIONS = 0

/** Deletes the changes of datasets that are deleted. */
export async function deleteOrphanedChanges(db: Kysely<Tables>): Promise<void> {
  await db
    .deleteFrom('evaluation_changes as x')
    .where('x.dataset_id', '<>', FUNCTIONS)
    .where(({ exists, not, selectFrom }) =>
      not(exists(selectFrom('datasets as d').whereRef('d.id', '=', 'x.dataset_id'))),
    )
    .execute()
}

/** So many changes of functions are counted fast. */
const MOST_FUNCTION_CHANGES = 1000

/** Replaces many changes of functions by a new one, so that no earlier state of a dataset comes again. */
export async function shortenFunctionChanges(db: Kysely<Tables>): Promise<void> {
  await sql`with gone as (
      delete from evaluation_changes where dataset_id = ${FUNCTIONS}::int and ${MOST_FUNCTION_CHANGES}::int < (
        select count(*) from evaluation_changes where dataset_id = ${FUNCTIONS}::int) returning id)
    insert into evaluation_changes (dataset_id, sign) select ${FUNCTIONS}::int, 0 where exists (select from gone)`.execute(
    db,
  )
}
