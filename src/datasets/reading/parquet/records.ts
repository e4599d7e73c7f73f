import { basename } from 'node:path'
import type { RowGroup } from 'hyparquet'
import { MalformedFileError } from '../malformed-file.js'
import { isExportOfRuns, type TableRecord, unpackTexts } from '../table-records.js'
import { CODECS } from './bytes.js'
import { findColumns, type ParquetColumn } from './columns.js'
import { type Chunks, DECODER_LIMITS, type DecoderLimits, openDecoder } from './decoder.js'

/** A row group is held at once. Usual writers make groups of some megabytes to some hundred thousand rows. */
const MAX_GROUP_BYTES = 2 ** 28
const MAX_GROUP_ROWS = 2 ** 22

/**
 * The rows of a Parquet file, one row group at a time. The first row has line 1, and the offset of a row is that of its
 * group. Throws `MalformedFileError` that names the file, and the column or the row group.
 */
export function readParquet(
  path: string,
  progress: { fileBytes: number; bytes: number },
  limits: DecoderLimits = DECODER_LIMITS,
): AsyncGenerator<TableRecord, void, void> {
  return nameFile(path, readRecords(path, progress, limits))
}

/** Adds the name of the file to a `MalformedFileError` of rows. */
export async function* nameFile<Row>(path: string, rows: AsyncIterable<Row>): AsyncGenerator<Row, void, void> {
  try {
    yield* rows
  } catch (error) {
    if (!(error instanceof MalformedFileError) || error.file !== null) throw error
    throw new MalformedFileError(error.byteOffset, error.problem, basename(path))
  }
}

async function* readRecords(
  path: string,
  progress: { fileBytes: number; bytes: number },
  limits: DecoderLimits,
): AsyncGenerator<TableRecord, void, void> {
  const decoder = openDecoder(path, limits)
  try {
    const { size, metadata, schema } = await decoder.describe()
    const columns = findColumns(schema)
    const unpack = isExportOfRuns(new Set(schema.children.map(({ element }) => element.name))) ? unpackTexts : null
    let line = 0
    for (const [index, group] of metadata.row_groups.entries()) {
      const where = `row group ${index + 1}`
      const names = columns.filter(({ isRead }) => isRead).map(({ name }) => name)
      requireReadable(group, names, where)
      const byteOffset = findOffset(group)
      const cells = await decoder.readGroup(index, names, countBytes(group, names))
      for (const row of toRows(columns, cells, Number(group.num_rows))) {
        line++
        progress.bytes = progress.fileBytes = Math.floor((size * line) / Math.max(line, Number(metadata.num_rows)))
        yield { line, byteOffset, cells: unpack ? unpack(row) : row }
      }
    }
    progress.bytes = progress.fileBytes = size
  } finally {
    await decoder.close()
  }
}

/** Refuses a group that would take too much memory, or that is packed in an unknown way. */
function requireReadable({ columns, num_rows: rows }: RowGroup, names: readonly string[], where: string): void {
  const parts = findParts(columns, names)
  const bytes = countBytes({ columns }, names)
  if (bytes > MAX_GROUP_BYTES || rows > MAX_GROUP_ROWS) {
    const problem = `${where}: expected at most ${MAX_GROUP_BYTES} bytes and ${MAX_GROUP_ROWS} rows, got ${bytes} bytes and ${rows} rows`
    throw new MalformedFileError(0, `${problem}; write smaller row groups, such as row_group_size=100000`)
  }
  const unknown = parts.find(({ codec }) => !CODECS.includes(codec))
  if (!unknown) return
  const column = JSON.stringify(unknown.path_in_schema[0])
  const problem = `column ${column}: expected the compression ${CODECS.join(', ')}, got ${unknown.codec}`
  throw new MalformedFileError(0, `${problem}; write the file with compression="snappy"`)
}

function findParts(columns: RowGroup['columns'], names: readonly string[]) {
  return columns.flatMap(({ meta_data: part }) => (part && names.includes(part.path_in_schema[0]) ? [part] : []))
}

/** The bytes of these columns without compression. */
function countBytes({ columns }: Pick<RowGroup, 'columns'>, names: readonly string[]): number {
  return findParts(columns, names).reduce((sum, part) => sum + Number(part.total_uncompressed_size), 0)
}

function findOffset({ columns }: RowGroup): number {
  return Math.min(...columns.map(({ meta_data: part }) => Number(part?.data_page_offset ?? 0)))
}

function* toRows(columns: readonly ParquetColumn[], cells: ReadonlyMap<string, Chunks>, count: number) {
  const readers = columns.map(({ name }) => [name, readCells(cells.get(name))] as const)
  for (let row = 0; row < count; row++) {
    yield new Map(readers.map(([name, next]) => [name, next()] as const))
  }
}

/** Gives the cells of a column one after another; a structure that was not read is an empty object. */
function readCells(chunks: Chunks | undefined): () => TableCell {
  let [part, index] = [0, 0]
  return () => {
    if (!chunks) return {}
    while (index >= chunks[part].length) [part, index] = [part + 1, 0]
    return toCell(chunks[part][index++])
  }
}

type TableCell = TableRecord['cells'] extends ReadonlyMap<string, infer Cell> ? Cell : never

/** A cell as JSON Lines would have it. Numbers that JSON does not have become words, as in Python's JSON. */
function toCell(value: unknown): TableCell {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (Array.isArray(value)) return value.every((each) => typeof each === 'number') ? value : value.map(toCell)
  if (value === null || value === undefined) return null
  if (value.constructor !== Object) return value as TableCell
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toCell(each)]))
}
