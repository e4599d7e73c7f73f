/**
 * Which tables changed, as far as this process was told. A point is a number that grows: whoever reads takes the point first,
 * and what was read is current as long as `isUnchanged`.
 */
export interface TableChanges {
  /** The current point; null while no connection listens, so that changes are missed. */
  now(): number | null
  /** Whether nothing was told about these tables since this point. False while no connection listens. */
  isUnchanged(tables: readonly string[], since: number): boolean
  /** Calls `forget` whenever a connection was lost: nothing that was read before is known to be current. */
  onLoss(forget: () => void): void
}

/** The other side of `TableChanges`, for the connection that listens. */
export interface TableChangeLog extends TableChanges {
  /** A table changed. */
  tell(table: string): void
  /** A connection listens from now on. */
  resume(): void
  /** No connection listens any more. */
  lose(): void
}

/** The channel of PostgreSQL on which triggers tell the names of changed tables. */
export const TABLE_CHANNEL = 'actbench_tables'

export function createTableChanges(): TableChangeLog {
  /** The point of the last change of each table. */
  const last = new Map<string, number>()
  const listeners: (() => void)[] = []
  let point = 0
  /** The point at which a connection was last lost. */
  let lost = 0
  let isListening = false
  return {
    now: () => (isListening ? point : null),
    isUnchanged(tables, since) {
      if (!isListening || lost > since) return false
      return tables.every((table) => (last.get(table) ?? 0) <= since)
    },
    onLoss: (forget) => void listeners.push(forget),
    tell(table) {
      point++
      last.set(table, point)
    },
    resume() {
      isListening = true
    },
    lose() {
      isListening = false
      lost = ++point
      for (const forget of listeners) forget()
    },
  }
}
