import type { Kysely } from 'kysely'
import type { Tables } from './generated.js'

/** Columns of PostgreSQL's own views that this service reads. */
export type SystemViews = {
  pg_locks: { readonly pid: number | null }
  pg_stat_activity: {
    readonly pid: number
    readonly datname: string | null
    readonly application_name: string | null
  }
}

/** The same handle for statements that also read PostgreSQL's own views. */
export function withSystemViews(db: Kysely<Tables>): Kysely<Tables & SystemViews> {
  return db.withTables<SystemViews>()
}
