import type { Database } from '../../db/connection/client.js'
import type { KyselyDb } from '../../db/connection/kysely.js'
import { openSnapshot } from '../../db/exports/open-snapshot.js'
import { findNewestSnapshot } from '../../db/snapshots/find-snapshots.js'
import { type ChangedState, listChangedSince } from '../../db/snapshots/list-changed-since.js'
import { readInOrder, type SnapshotEvaluation } from '../../db/snapshots/read-evaluations.js'
import { refuseInput } from '../validate-input.js'
import { compareLines } from './compare-lines.js'
import { getReadableSnapshot } from './get-snapshot.js'
import { readSnapshotLines } from './read-snapshot.js'

/** What to compare: two snapshots, a snapshot with the present, or a time with the present. */
export interface ChangeRequest {
  /** The name of the snapshot to start from. @defaultValue the newest one, or no evaluations if there is none */
  readonly from?: string | null
  /** The name of a later snapshot. @defaultValue the present state */
  readonly to?: string | null
  readonly since?: Date | null
}

/** An evaluation that was added, removed or changed. */
export interface DatasetChange {
  readonly kind: 'ADDED' | 'REMOVED' | 'CHANGED'
  readonly expression: string
  /** Null if it was added, or if the state at that time is not known. */
  readonly before: ChangedState | null
  /** Null if it was removed. */
  readonly after: ChangedState | null
}

/**
 * What changed in a dataset, by expression, after the expression `after`. The rows are read while the caller wants more, in
 * bounded memory. Throws NOT_FOUND for a snapshot that does not exist or was deleted, and BAD_USER_INPUT for `from` and
 * `since` together.
 */
export async function* readChanges(
  database: Pick<Database, 'pool'>,
  dataset: { readonly id: number; readonly name: string },
  { from, to, since }: ChangeRequest,
  after: string | null = null,
): AsyncGenerator<DatasetChange, void, void> {
  if (from != null && since != null) refuseInput('from', 'either from or since', 'both')
  if (to != null && from == null) refuseInput('to', 'a snapshot only together with from', to)
  const opened = await openSnapshot(database)
  try {
    const { db } = opened
    const newest = from == null && since == null ? await findNewestSnapshot(db, dataset.id) : null
    const start = from ?? newest?.name
    if (start === undefined) {
      yield* readSince(db, dataset.id, since ?? new Date(0), after)
      return
    }
    const snapshotOf = (argument: string, name: string) =>
      getReadableSnapshot(db, { dataset: dataset.name, name }, argument)
    const old = await snapshotOf('from', start)
    const next = to == null ? null : await snapshotOf('to', to)
    const lines = next ? readSnapshotLines(db, next.id, after) : readInOrder(db, dataset.id, after)
    for await (const change of compareLines(readSnapshotLines(db, old.id, after), lines)) {
      const { expression, before, after: now } = change
      const kind = before === null ? 'ADDED' : now === null ? 'REMOVED' : 'CHANGED'
      yield { kind, expression, before: before && toState(before), after: now && toState(now) }
    }
  } finally {
    await opened.close()
  }
}

/** Changes in memory at a time. */
const PAGE = 500

async function* readSince(
  db: KyselyDb,
  datasetId: number,
  since: Date,
  start: string | null,
): AsyncGenerator<DatasetChange, void, void> {
  for (let last = start; ; ) {
    const rows = await listChangedSince(db, { datasetId, since, after: last, limit: PAGE })
    for (const { expression, isNew, before, after } of rows) {
      last = expression
      yield { kind: after === null ? 'REMOVED' : isNew ? 'ADDED' : 'CHANGED', expression, before, after }
    }
    if (rows.length < PAGE) return
  }
}

function toState({ validationAccuracy, testAccuracy, runs }: SnapshotEvaluation): ChangedState {
  return { validationAccuracy, testAccuracy, runCount: runs.length }
}
