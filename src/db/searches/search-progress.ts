import { type Kysely, sql } from 'kysely'
import { inOrder } from '../statements/align.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

/** A function is suggested again after its lease has expired, until its leases have expired this many times. */
export const MOST_EXPIRIES = 3

/** The numbers of suggestions of a search that decide whether it suggests more, and whether it has ended. */
export interface SearchProgress {
  readonly completed: number
  /** Leases that have not expired. */
  readonly leased: number
  /** Suggestions that failed, and functions that were given up because their leases expired three times. */
  readonly failed: number
  /** Functions whose leases have expired, and which are suggested again. */
  readonly returned: number
  /** The end of the first lease; null without a lease. */
  readonly leaseEndsAt: Date | null
  /** Whether a leased function waits for a worker of this service that trains it. */
  readonly awaitsTraining: boolean
}

type Ids = Placeholders<{ ids: readonly number[] }>

/** No suggestions. */
const NOTHING: SearchProgress = {
  ...{ completed: 0, leased: 0, failed: 0, returned: 0, leaseEndsAt: null, awaitsTraining: false },
}

const IS_LIVE = sql<boolean>`g.state = 'LEASED' and g.lease_expires_at > now()`

// The completed ones, which may be thousands, are counted by their last step.
const progress = compileOnce((db, { ids }: Ids) =>
  db
    .with('functions', (db) =>
      db
        .selectFrom('suggestions as g')
        .innerJoin('searches as s', 's.id', 'g.search_id')
        .leftJoin('training_jobs as j', 'j.id', 'g.training_job_id')
        .select([
          'g.search_id as id',
          sql<number>`count(*) filter (where ${IS_LIVE})`.as('leased'),
          sql<number>`count(*) filter (where g.state = 'FAILED')`.as('failed'),
          sql<number>`count(*) filter (where g.state in ('LEASED', 'EXPIRED') and not (${IS_LIVE}))`.as('expired'),
          sql<Date | null>`min(g.lease_expires_at) filter (where ${IS_LIVE})`.as('leaseEndsAt'),
          sql<boolean>`coalesce(bool_or(${IS_LIVE} and j.state = 'QUEUED'), false)`.as('awaitsTraining'),
          // Functions that were completed after a lease had expired, or measured outside of the search.
          sql<boolean>`exists (select from suggestions d where d.search_id = g.search_id
            and d.activation_id = g.activation_id and d.epochs is not distinct from g.epochs and d.state = 'COMPLETED')
            or not s.replay and exists (select from evaluations e where e.dataset_id = s.dataset_id
            and e.activation_id = g.activation_id and e.validation_accuracy is not null)`.as('isMeasured'),
        ])
        .where('g.search_id', '=', anyOf(ids))
        .where('g.state', 'in', ['LEASED', 'FAILED', 'EXPIRED'])
        .groupBy(['g.search_id', 'g.activation_id', 'g.epochs', 's.replay', 's.dataset_id']),
    )
    .selectFrom('functions as f')
    .select([
      'f.id',
      sql<number>`sum(f.leased)::int`.as('leased'),
      sql<number>`sum(f.failed + case when ${isGivenUp()} then 1 else 0 end)::int`.as('failed'),
      sql<number>`count(*) filter (where ${isFree()} and f.expired < ${sql.lit(MOST_EXPIRIES)})::int`.as('returned'),
      sql<Date | null>`min(f."leaseEndsAt")`.as('leaseEndsAt'),
      sql<boolean>`bool_or(f."awaitsTraining")`.as('awaitsTraining'),
    ])
    .groupBy('f.id'),
)

const lastSteps = compileOnce((db, { ids }: Ids) =>
  db
    .selectFrom('suggestions as g')
    .select(['g.search_id as id', sql<number>`max(g.step)`.as('step')])
    .where('g.search_id', '=', anyOf(ids))
    .where('g.step', 'is not', null)
    .groupBy('g.search_id'),
)

/** The progress of each search, in the same order, at this moment. */
export async function findProgress(db: Kysely<Tables>, searchIds: readonly number[]): Promise<SearchProgress[]> {
  const open = inOrder(searchIds, await progress(db, { ids: searchIds }), (row) => row.id)
  const steps = inOrder(searchIds, await lastSteps(db, { ids: searchIds }), (row) => row.id)
  return searchIds.map((_, index) => ({ ...NOTHING, ...open[index], completed: steps[index]?.step ?? 0 }))
}

function isFree() {
  return sql<boolean>`f.leased = 0 and f.failed = 0 and not f."isMeasured"`
}

function isGivenUp() {
  return sql<boolean>`${isFree()} and f.expired >= ${sql.lit(MOST_EXPIRIES)}`
}
