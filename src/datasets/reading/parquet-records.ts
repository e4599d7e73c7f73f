import { basename } from 'node:path'
import { type FileMetaData, parquetMetadataAsync, parquetRead, parquetSchema, type RowGroup } from 'hyparquet'
import { MalformedFileError } from './malformed-file.js'
import { findColumns, type ParquetColumn } from './parquet-columns.js'
import { CODECS, COMPRESSORS, type OpenedParquet, openParquet } from './parquet-file.js'
import { isExportOfRuns, type TableRecord, unpackTexts } from './table-records.js'

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
): AsyncGenerator<TableRecord, void, void> {
  return nameFile(path, readRecords(path, progress))
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
): AsyncGenerator<TableRecord, void, void> {
  const file = await openParquet(path)
  try {
    const metadata = await explain('the description of its columns', () =>
      parquetMetadataAsync(file, { geoparquet: false }),
    )
    const schema = await explain('the description of its columns', () => parquetSchema(metadata))
    const columns = findColumns(schema)
    const unpack = isExportOfRuns(new Set(schema.children.map(({ element }) => element.name))) ? unpackTexts : null
    const size = file.byteLength
    let line = 0
    for (const [index, group] of metadata.row_groups.entries()) {
      const where = `row group ${index + 1}`
      const names = columns.filter(({ isRead }) => isRead).map(({ name }) => name)
      requireReadable(group, names, where)
      const byteOffset = findOffset(group)
      const cells = await explain(where, () => readGroup(file, metadata, group, names))
      for (const row of toRows(columns, cells, Number(group.num_rows))) {
        line++
        progress.bytes = progress.fileBytes = Math.floor((size * line) / Math.max(line, Number(metadata.num_rows)))
        yield { line, byteOffset, cells: unpack ? unpack(row) : row }
      }
    }
    progress.bytes = progress.fileBytes = size
  } finally {
    await file.close()
  }
}

/** Refuses a group that would take too much memory, or that is packed in an unknown way. */
function requireReadable({ columns, num_rows: rows }: RowGroup, names: readonly string[], where: string): void {
  const parts = columns.flatMap(({ meta_data: part }) => (part && names.includes(part.path_in_schema[0]) ? [part] : []))
  const bytes = parts.reduce((sum, part) => sum + Number(part.total_uncompressed_size), 0)
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

function findOffset({ columns }: RowGroup): number {
  return Math.min(...columns.map(({ meta_data: part }) => Number(part?.data_page_offset ?? 0)))
}

type Chunks = readonly ArrayLike<unknown>[]

/** The cells of the columns of a group, in parts as they are stored. */
async function readGroup(
  file: OpenedParquet,
  metadata: FileMetaData,
  group: RowGroup,
  columns: string[],
): Promise<ReadonlyMap<string, Chunks>> {
  const found = new Map<string, ArrayLike<unknown>[]>(columns.map((name) => [name, []]))
  if (columns.length === 0) return found
  await parquetRead({
    ...{ file, columns, compressors: COMPRESSORS },
    metadata: { ...metadata, row_groups: [group], num_rows: group.num_rows },
    onChunk: ({ columnName, columnData }) => found.get(columnName)?.push(columnData),
  })
  for (const [name, chunks] of found) {
    const count = chunks.reduce((sum, { length }) => sum + length, 0)
    if (count === Number(group.num_rows)) continue
    throw new Error(`column ${JSON.stringify(name)}: expected ${group.num_rows} cells, got ${count}`)
  }
  return found
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

/** Names the part of the file in which hyparquet finds a mistake. */
async function explain<Result>(where: string, read: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (error) {
    // Errors of the disk have a code, and are no mistakes of the file. So have errors of zlib, which are.
    const { code, message } = error as NodeJS.ErrnoException
    if (error instanceof MalformedFileError || (code !== undefined && !/^(Z_|ERR_)/.test(code))) throw error
    throw new MalformedFileError(0, `${where}: expected intact Parquet, got damage: ${message}`)
  }
}
