import { Worker } from 'node:worker_threads'
import { encodeGroups } from './encode-groups.js'
import { formatFloat } from './format-float.js'

/** The type of the cells of a column. Every cell may be null; a time is a `Date`, and `texts` are a list. */
export type CellType = 'text' | 'texts' | 'boolean' | 'float' | 'float32' | 'integer' | 'time'

export interface ColumnOfTable {
  readonly name: string
  readonly type: CellType
}

type Cell = string | number | boolean | Date | readonly string[] | null
export type RowOfTable = readonly Cell[]

/** Rows by RFC 4180: texts are quoted, a list is a JSON text, and null is an empty cell. */
export async function* writeCsv(
  columns: readonly ColumnOfTable[],
  rows: AsyncIterable<RowOfTable>,
): AsyncGenerator<string, void, void> {
  yield `${columns.map(({ name }) => name).join(',')}\n`
  for await (const row of rows) yield `${row.map((cell, index) => toCsvCell(cell, columns[index].type)).join(',')}\n`
}

function toCsvCell(cell: Cell, type: CellType): string {
  if (cell === null) return ''
  if (type !== 'text' && type !== 'texts') return toText(cell, type)
  const text = type === 'texts' ? JSON.stringify(cell) : String(cell)
  return `"${text.replaceAll('"', '""')}"`
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
  return cell === null || AS_JSON.has(type) ? JSON.stringify(cell) : toText(cell, type)
}

const AS_JSON: ReadonlySet<CellType> = new Set(['text', 'texts', 'time'])

function toText(cell: NonNullable<Cell>, type: CellType): string {
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
