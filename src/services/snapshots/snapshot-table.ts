import { type ColumnOfTable, type RowOfTable, writeCsv } from '../../datasets/writing/write-table.js'
import { METRIC_PROPERTIES } from '../../metrics.js'
import type { SnapshotLine } from './snapshot-line.js'

/** The columns of a snapshot as a table: those of the CSV of a dataset, and the number of runs. */
export const SNAPSHOT_COLUMNS: readonly ColumnOfTable[] = [
  ...['expression', 'activationId'].map((name): ColumnOfTable => ({ name, type: 'text' })),
  ...METRIC_PROPERTIES.map((name): ColumnOfTable => ({ name, type: 'float' })),
  { name: 'runCount', type: 'integer' },
]

function toCells(line: SnapshotLine): RowOfTable {
  return [line.expression, line.activationId, ...METRIC_PROPERTIES.map((name) => line[name]), line.runCount]
}

export function toCsv(lines: AsyncIterable<SnapshotLine>): AsyncGenerator<string, void, void> {
  return writeCsv(SNAPSHOT_COLUMNS, toSnapshotRows(lines))
}

export async function* toSnapshotRows(lines: AsyncIterable<SnapshotLine>): AsyncGenerator<RowOfTable, void, void> {
  for await (const line of lines) yield toCells(line)
}
