import { type Kysely, sql } from 'kysely'
import { secondsAgo } from '../statements/time.js'
import type { Tables } from '../tables/generated.js'

const DAY_SECONDS = 86_400

/** Ids of rows that may be deleted. A statement that deletes them adds a limit. */
export type ExpiredIds = ReturnType<typeof selectExpiredJobs>

/**
 * Trainings that ended more than `days` ago. Their runs stay, with their learning curves. A job that a leased suggestion
 * waits for stays too.
 */
export function selectExpiredJobs(db: Kysely<Tables>, days: number) {
  return db
    .selectFrom('training_jobs as r')
    .select('r.id')
    .where('r.state', 'in', ['SUCCEEDED', 'FAILED', 'CANCELLED'])
    .where('r.finished_at', '<', secondsAgo(days * DAY_SECONDS))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('suggestions as s').whereRef('s.training_job_id', '=', 'r.id').where('s.state', '=', 'LEASED'),
        ),
      ),
    )
}

/** Searches that ended more than `days` ago. Their suggestions go with them; evaluations stay. */
export function selectExpiredSearches(db: Kysely<Tables>, days: number): ExpiredIds {
  return db
    .selectFrom('searches as r')
    .select('r.id')
    .where('r.state', '<>', 'ACTIVE')
    .where('r.updated_at', '<', secondsAgo(days * DAY_SECONDS)) as unknown as ExpiredIds
}

/** Fits that failed more than `days` ago, except the newest version of a dataset, whose number must not be used again. */
export function selectExpiredFits(db: Kysely<Tables>, days: number): ExpiredIds {
  return db
    .selectFrom('surrogates as r')
    .select('r.id')
    .where('r.state', '=', 'FAILED')
    .where('r.created_at', '<', secondsAgo(days * DAY_SECONDS))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('surrogates as newer')
          .whereRef('newer.dataset_id', '=', 'r.dataset_id')
          .whereRef('newer.version', '>', 'r.version'),
      ),
    ) as unknown as ExpiredIds
}

/**
 * READY surrogates that still have an artifact and are older than the newest `count` of their dataset and algorithm.
 * Those of `kept` are left out, and those that a leased suggestion of an active search came from.
 */
export function selectOldSurrogates(db: Kysely<Tables>, count: number, kept: readonly number[]): ExpiredIds {
  const ranked = db
    .selectFrom('surrogates')
    .select([
      'id',
      sql<number>`row_number() over (partition by dataset_id, algorithm order by version desc)`.as('rank'),
    ])
    .where('state', '=', 'READY')
  return db
    .selectFrom('surrogate_artifacts as r')
    .innerJoin(ranked.as('ranked'), 'ranked.id', 'r.surrogate_id')
    .select('r.surrogate_id as id')
    .where('ranked.rank', '>', count)
    .where(sql<boolean>`r.surrogate_id <> all(${[...kept]}::int[])`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('suggestions as s')
            .innerJoin('searches as q', 'q.id', 's.search_id')
            .whereRef('s.surrogate_id', '=', 'r.surrogate_id')
            .where('s.state', '=', 'LEASED')
            .where('q.state', '=', 'ACTIVE'),
        ),
      ),
    ) as unknown as ExpiredIds
}

/** Number of these rows. */
export async function countExpired(db: Kysely<Tables>, expired: ExpiredIds): Promise<number> {
  const { count } = await db
    .selectFrom(expired.as('e'))
    .select(sql<number>`count(*)::int`.as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** Deletes up to `limit` of these rows of a table, and returns their number. Rows that are in use are left for later. */
export async function deleteExpired(
  db: Kysely<Tables>,
  table: 'training_jobs' | 'searches' | 'surrogates',
  expired: ExpiredIds,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom(table)
    .where('id', 'in', expired.orderBy('id').limit(sql.lit(limit)).forUpdate().skipLocked())
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Deletes artifact and map of one old surrogate and returns 1, or 0. Its row with its quality stays. */
export async function deleteArtifact(db: Kysely<Tables>, expired: ExpiredIds): Promise<number> {
  const row = await expired.orderBy('id').limit(1).executeTakeFirst()
  if (!row) return 0
  await db.deleteFrom('surrogate_points').where('surrogate_id', '=', row.id).execute()
  const { numDeletedRows } = await db
    .deleteFrom('surrogate_artifacts')
    .where('surrogate_id', '=', row.id)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** The ids of all datasets. */
export async function listDatasetIds(db: Kysely<Tables>): Promise<number[]> {
  const rows = await db.selectFrom('datasets').select('id').execute()
  return rows.map(({ id }) => id)
}

/** Whether this transaction is the one that deletes expired rows now. */
export async function lockRetention(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{
    isFree: boolean
  }>`select pg_try_advisory_xact_lock(${RETENTION_LOCK}) as "isFree"`.execute(db)
  return rows[0].isFree
}

const RETENTION_LOCK = 7_305_003
