import { toSchemaPattern } from '../../activations/schema-pattern.js'
import { ACT_BENCH_OPERATORS, ACT_BENCH_SCHEMAS } from '../../activations/search-space.js'
import {
  type ColumnOfTable,
  type RowOfTable,
  writeCsv,
  writeJsonLines,
  writeTableAsParquet,
} from '../../datasets/writing/write-table.js'
import { listAddedSpaces } from '../../db/activations/sort-spellings.js'
import type { Database } from '../../db/connection/client.js'
import type { KyselyDb } from '../../db/connection/kysely.js'
import { openSnapshot } from '../../db/exports/open-snapshot.js'
import { findActivationsStamp, readActivations } from '../../db/exports/read-activations.js'
import type { Chunk } from './export-format.js'
import { FUNCTION_COLUMNS, toFunctionCells } from './function-columns.js'
import { fillFewMoments, findMomentsMark, type MomentsMark } from './moments-mark.js'
import { type DescribedExport, type OpenedExport, readOnce } from './opened-export.js'

/** One stored function per row. */
const COLUMNS: readonly ColumnOfTable[] = [
  { name: 'activationId', type: 'text' },
  { name: 'expression', type: 'text' },
  { name: 'operators', type: 'texts' },
  { name: 'spaces', type: 'texts' },
  { name: 'datasets', type: 'integer' },
  ...FUNCTION_COLUMNS,
]

/** The rows of COLUMNS for everything that is stored. */
async function* readRows(db: KyselyDb, mark: MomentsMark): AsyncGenerator<RowOfTable, void, void> {
  const spaces = await listSpacePatterns(db)
  const patterns = spaces.map(({ pattern }) => pattern)
  for await (const page of readActivations(db, patterns)) {
    for (const row of page) {
      const names = row.spaces.map((place) => spaces[place].name)
      const cells = await toFunctionCells(row, mark)
      yield [row.activationId, row.representative, row.operators, names, row.datasets, ...cells]
    }
  }
}

/** The space of Act-Bench, and those that `actbench space add` stored, with patterns of their texts. */
async function listSpacePatterns(db: KyselyDb): Promise<{ name: string; pattern: string }[]> {
  const added = await listAddedSpaces(db)
  return [
    { name: 'act-bench', pattern: toSchemaPattern(ACT_BENCH_SCHEMAS, ACT_BENCH_OPERATORS) },
    ...added.map(({ schema, operators }) => ({ name: schema, pattern: toSchemaPattern([schema], operators) })),
  ]
}

/** The formats of the file with all functions. */
export const ACTIVATION_FORMATS = {
  parquet: { mediaType: 'application/vnd.apache.parquet', isCompressible: false, isKept: true },
  csv: { mediaType: 'text/csv; charset=utf-8', isCompressible: true, isKept: true },
  jsonl: { mediaType: 'application/jsonl; charset=utf-8', isCompressible: true, isKept: true },
} as const

export type ActivationFormat = keyof typeof ACTIVATION_FORMATS

/** What is known of the file with all functions without opening it. */
export async function describeActivations(database: Database): Promise<DescribedExport> {
  await fillFewMoments(database, null)
  return describe(database.kysely, await findMomentsMark(database.kysely, null))
}

/** Opens the file with all functions at one moment, on a connection that is held until it is read or closed. */
export async function openActivations(database: Database, format: ActivationFormat): Promise<OpenedExport> {
  await fillFewMoments(database, null)
  const snapshot = await openSnapshot(database)
  try {
    const mark = await findMomentsMark(snapshot.db, null)
    const described = await describe(snapshot.db, mark)
    return { ...described, byteLength: null, ...readOnce(snapshot, () => write(readRows(snapshot.db, mark), format)) }
  } catch (error) {
    await snapshot.close()
    throw error
  }
}

async function describe(db: KyselyDb, mark: MomentsMark): Promise<DescribedExport> {
  return { license: null, isClosed: false, stamp: `${await findActivationsStamp(db)} ${mark}` }
}

function write(rows: AsyncIterable<RowOfTable>, format: ActivationFormat): AsyncGenerator<Chunk, void, void> {
  if (format === 'parquet') return writeTableAsParquet(COLUMNS, rows, {})
  return format === 'csv' ? writeCsv(COLUMNS, rows) : writeJsonLines(COLUMNS, rows)
}
