import process from 'node:process'
import type { Database } from '../../db/connection/client.js'
import type { ChangedState } from '../../db/snapshots/list-changed-since.js'
import type { DatasetChange } from '../../services/snapshots/list-changes.js'
import type { OutputOptions } from '../print-result.js'

interface Ends {
  /** The name of a snapshot, or a time. */
  readonly from: string
  readonly to: string | undefined
}

/**
 * Prints what changed in a dataset, row by row, as a table or as JSON. A first text like a date is a time, unless a snapshot
 * has this name.
 */
export async function printChanges(
  database: Database,
  name: string,
  { from, to }: Ends,
  { json }: OutputOptions,
  write: (text: string) => void = (text) => process.stdout.write(text),
): Promise<void> {
  const { getDataset } = await import('../../services/datasets/get-dataset.js')
  const { readChanges } = await import('../../services/snapshots/list-changes.js')
  const { findSnapshotsByName } = await import('../../db/snapshots/find-snapshots.js')
  const dataset = await getDataset(database.prisma, name)
  const [snapshot] = await findSnapshotsByName(database.kysely, [{ dataset: name, name: from }])
  const time = snapshot === null && /^\d{4}-\d{2}-\d{2}/.test(from) ? new Date(from) : null
  const isTime = time !== null && !Number.isNaN(time.getTime())
  const changes = readChanges(database, dataset, isTime ? { since: time, to } : { from, to })
  const counts = { ADDED: 0, REMOVED: 0, CHANGED: 0 }
  if (json)
    write(
      `{\n  "dataset": ${JSON.stringify(name)},\n  "from": ${JSON.stringify(from)},\n  "to": ${JSON.stringify(to ?? null)},\n  "changes": [`,
    )
  let rows = 0
  for await (const change of changes) {
    counts[change.kind]++
    if (json) write(`${rows === 0 ? '' : ','}\n    ${JSON.stringify(change)}`)
    else write(`${rows === 0 ? HEADER : ''}${formatChange(change)}\n`)
    rows++
  }
  const { ADDED: added, REMOVED: removed, CHANGED: changed } = counts
  if (json)
    write(`${rows === 0 ? '' : '\n  '}],\n  "added": ${added},\n  "removed": ${removed},\n  "changed": ${changed}\n}\n`)
  else write(`${added} added, ${removed} removed, ${changed} changed\n`)
}

const HEADER = 'kind     before           after            function\n'

function formatChange({ kind, expression, before, after }: DatasetChange): string {
  return [kind.toLowerCase().padEnd(8), formatState(before), formatState(after), expression].join(' ')
}

/** The validation accuracy and the number of runs. */
function formatState(state: ChangedState | null): string {
  if (state === null) return '–'.padEnd(16)
  const { validationAccuracy: value, runCount } = state
  return `${value === null ? '–' : value.toFixed(4)} (${runCount} ${runCount === 1 ? 'run' : 'runs'})`.padEnd(16)
}
