import { Worker } from 'node:worker_threads'
import { encodeGroups } from './encode-groups.js'
import { formatFloat } from './format-float.js'

/** The type of the cells of a column. Every cell may be null; a time is a `Date`. */
export type CellType = 'text' | 'float' | 'float32' | 'integer' | 'time'

export interface ColumnOfTable {
  readonly name: string
  readonly type: CellType
}

type Cell = string | number | Date | null
export type RowOfTable = readonly Cell[]

/** Rows by RFC 4180: texts are quoted, and null is an empty cell. */
export async function* writeCsv(
  columns: readonly ColumnOfTable[],
  rows: AsyncIterable<RowOfTable>,
): AsyncGenerator<string, void, void> {
  yield `${columns.map(({ name }) => name).join(',')}\n`
  for await (const row of rows) yield `${row.map((cell, index) => toCsvCell(cell, columns[index].type)).join(',')}\n`
}

function toCsvCell(cell: Cell, type: CellType): string {
  if (cell === null) return ''
  return type === 'text' ? `"${String(cell).replaceAll('"', '""')}"` : toText(cell, type)
}

/** One object per line. */
export async function* writeJsonLines(
  columns: readonly ColumnOfTable[],
  rows: AsyncIterable<RowOfTable>,
): AsyncGenerator<string, void, void> {
  for await (const row of rows) {
    yield `{${columns.map(({ name, type }, index) => `"${name}":${toJson(row[index], type)}`).join(',')}}\n`
  }
}

function toJson(cell: Cell, type: CellType): string {
  return cell === null || type === 'text' || type === 'time' ? JSON.stringify(cell) : toText(cell, type)
}

function toText(cell: string | number | Date, type: CellType): string {
  if (cell instanceof Date) return cell.toISOString()
  return type === 'float' ? formatFloat(Number(cell)) : String(cell)
}

const GROUP_ROWS = 10_000

/** The bytes of a Parquet file, compressed by Snappy, one row group at a time. A thread encodes the groups. */
export async function* writeTableAsParquet(
  columns: readonly ColumnOfTable[],
  rows: AsyncIterable<RowOfTable>,
  metadata: Readonly<Record<string, string>>,
): AsyncGenerator<Uint8Array, void, void> {
  const thread = new Worker(new URL('./table-thread.js', import.meta.url), { workerData: { columns, metadata } })
  yield* encodeGroups(thread, toGroups(rows))
}

async function* toGroups(rows: AsyncIterable<RowOfTable>): AsyncGenerator<RowOfTable[], void, void> {
  let group: RowOfTable[] = []
  for await (const row of rows) {
    group.push(row)
    if (group.length < GROUP_ROWS) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}
