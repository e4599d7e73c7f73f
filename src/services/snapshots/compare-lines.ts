import type { SnapshotEvaluation } from '../../db/snapshots/read-evaluations.js'
import { isBefore } from './read-snapshot.js'
import { formatSnapshotLine } from './snapshot-line.js'

/** An evaluation that differs between two states of a dataset. */
export interface LineChange {
  readonly expression: string
  /** Null if it was added. */
  readonly before: SnapshotEvaluation | null
  /** Null if it was removed. */
  readonly after: SnapshotEvaluation | null
}

/** What differs between two states, by expression. Both must be in the order of their expressions. */
export async function* compareLines(
  before: AsyncIterable<SnapshotEvaluation>,
  after: AsyncIterable<SnapshotEvaluation>,
): AsyncGenerator<LineChange, void, void> {
  const [left, right] = [before[Symbol.asyncIterator](), after[Symbol.asyncIterator]()]
  try {
    let [a, b] = [await left.next(), await right.next()]
    while (!a.done || !b.done) {
      const [old, now] = [a.done ? null : a.value, b.done ? null : b.value]
      if (old && (!now || isBefore(old.expression, now.expression))) {
        yield { expression: old.expression, before: old, after: null }
        a = await left.next()
      } else if (now && (!old || isBefore(now.expression, old.expression))) {
        yield { expression: now.expression, before: null, after: now }
        b = await right.next()
      } else if (old && now) {
        if (!isSame(old, now)) yield { expression: now.expression, before: old, after: now }
        ;[a, b] = [await left.next(), await right.next()]
      }
    }
  } finally {
    await left.return?.()
    await right.return?.()
  }
}

/** Ids of functions may be computed differently one day, which changes no measurement. */
function isSame(a: SnapshotEvaluation, b: SnapshotEvaluation): boolean {
  const activationId = ''
  return formatSnapshotLine({ ...a, activationId }) === formatSnapshotLine({ ...b, activationId })
}

export interface ChangeCounts {
  readonly added: number
  readonly removed: number
  readonly changed: number
}

/** The numbers of evaluations that differ. */
export async function countChanges(
  before: AsyncIterable<SnapshotEvaluation>,
  after: AsyncIterable<SnapshotEvaluation>,
): Promise<ChangeCounts> {
  const counts = { added: 0, removed: 0, changed: 0 }
  for await (const change of compareLines(before, after)) {
    if (!change.before) counts.added++
    else if (!change.after) counts.removed++
    else counts.changed++
  }
  return counts
}
