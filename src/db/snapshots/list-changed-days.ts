import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** A day on which runs were recorded. */
export interface ChangedDay {
  /** Such as 2026-11-29, in UTC. */
  readonly day: string
  /** When the last one was recorded. */
  readonly last: Date
  readonly runs: number
  readonly functions: number
}

/** Runs that are looked at. More would make a feed expensive, and nobody reads that far back. */
const MOST_RUNS = 20_000

/** The last days on which runs of a dataset were recorded, newest first. */
export function listChangedDays(db: Kysely<Tables>, datasetId: number, most: number): Promise<ChangedDay[]> {
  const newest = db
    .selectFrom('runs as r')
    .select(['r.created_at', 'r.activation_id', sql<string>`(r.created_at at time zone 'UTC')::date::text`.as('day')])
    .where('r.dataset_id', '=', datasetId)
    .orderBy('r.id', 'desc')
    .limit(MOST_RUNS)
  return db
    .selectFrom(newest.as('n'))
    .select(['n.day', sql<Date>`max(n.created_at)`.as('last'), sql<number>`count(*)::int`.as('runs')])
    .select(sql<number>`count(distinct n.activation_id)::int`.as('functions'))
    .groupBy('n.day')
    .orderBy('n.day', 'desc')
    .limit(most)
    .execute()
}
