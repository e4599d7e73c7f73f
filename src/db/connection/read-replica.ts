import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Database } from './client.js'
import type { TableChanges } from './table-changes.js'

/** A copy of the database that follows it, for queries. */
export interface ReadReplica {
  readonly database: Database
  /** Whether the copy has all that was told of these tables, so that an answer from it is as new as one from the primary. */
  isCurrent(tables: readonly string[]): boolean
  /** For how many seconds at most the copy may be behind; null if that is not known, or if it cannot be reached. */
  lagSeconds(): number | null
  close(): Promise<void>
}

export interface ReplicaOptions {
  readonly primary: Pick<Database, 'pool'>
  /** The changes that the primary tells. */
  readonly tables: TableChanges
  /** The copy is not used while it may be further behind. */
  readonly maxLagSeconds: number
  /** Called when the copy becomes usable, and when it no longer is. */
  onChange(isUsable: boolean): void
}

/** The end of the primary's log at a moment: what the copy must have applied to know all that was told until then. */
interface Mark {
  readonly lsn: string
  /** The point of `TableChanges`, taken before the end of the log was read. */
  readonly point: number
  /** By `performance.now()`. */
  readonly at: number
}

const PAUSE_MILLISECONDS = 250
/** If the copy is far behind, no more marks are taken until it reaches one. */
const MAX_MARKS = 40

/** Follows how far a copy is behind. The caller opened `replica`; `close` closes it too. */
export function followReplica(
  replica: Database,
  { primary, tables, maxLagSeconds, onChange }: ReplicaOptions,
): ReadReplica {
  const closing = new AbortController()
  let marks: Mark[] = []
  let reached: Mark | null = null
  let wasUsable = false
  replica.pool.on('error', () => {
    reached = null
  })
  const lagSeconds = () => reached && (performance.now() - reached.at) / 1000
  const isUsable = () => (lagSeconds() ?? Number.POSITIVE_INFINITY) <= maxLagSeconds
  const check = async () => {
    try {
      const mark = marks.length < MAX_MARKS ? await readMark(primary.pool, tables) : null
      if (mark) marks.push(mark)
      const count = await countReached(replica.pool, marks)
      if (count > 0) reached = marks[count - 1]
      marks = marks.slice(count)
    } catch {
      // A new copy may follow another primary, so nothing is known of it.
      reached = null
      marks = []
    }
    if (isUsable() === wasUsable) return
    wasUsable = !wasUsable
    onChange(wasUsable)
  }
  const following = (async () => {
    while (!closing.signal.aborted) {
      await check()
      await sleep(PAUSE_MILLISECONDS, undefined, { signal: closing.signal }).catch(() => {})
    }
  })()
  return {
    database: replica,
    isCurrent: (read) => reached !== null && isUsable() && tables.isUnchanged(read, reached.point),
    lagSeconds,
    async close() {
      closing.abort()
      replica.dropConnections()
      await following
      await replica.close()
    },
  }
}

async function readMark(pool: pg.Pool, tables: TableChanges): Promise<Mark | null> {
  const point = tables.now()
  const at = performance.now()
  // The end of all inserted records, because a commit may be told before its part of the log is written.
  const { rows } = await pool.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn()::text AS lsn')
  return point === null ? null : { lsn: rows[0].lsn, point, at }
}

/** How many of these marks the copy has reached. Throws unless it is a copy that follows a primary. */
async function countReached(pool: pg.Pool, marks: readonly Mark[]): Promise<number> {
  const { rows } = await pool.query<{ is_standby: boolean; count: number }>(
    `SELECT pg_is_in_recovery() AS is_standby,
      (SELECT count(*)::int FROM unnest($1::pg_lsn[]) AS m WHERE m <= pg_last_wal_replay_lsn()) AS count`,
    [marks.map(({ lsn }) => lsn)],
  )
  if (!rows[0].is_standby) throw new Error('ACTBENCH_READ_DATABASE_URL: expected a standby, got a primary')
  return rows[0].count
}
