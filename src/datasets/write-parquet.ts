import type { SchemaElement } from 'hyparquet'
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer'
import { METRIC_KEYS } from './act-bench.js'
import type { Metrics } from './metrics.js'

/** An evaluation as a row of a Parquet file. */
export interface ParquetRow extends Metrics {
  readonly expression: string
  /** 64 hexadecimal digits. */
  readonly activationId: string
  readonly equivalents: readonly string[]
  /** Null where there is none. */
  readonly outputs: Float32Array | null
  readonly spectrum: Float32Array | null
}

/**
 * The bytes of a Parquet file of these rows, compressed by Snappy, a row group at a time: columns with the names of the
 * API, metrics as doubles, vectors and equivalents as lists. `metadata` becomes the key-value metadata of the file.
 */
export async function* writeParquet(
  rows: AsyncIterable<ParquetRow>,
  metadata: Readonly<Record<string, string>>,
): AsyncGenerator<Uint8Array, void, void> {
  const bytes = new ByteWriter()
  const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }))
  const file = new ParquetWriter({ writer: bytes, schema: SCHEMA, kvMetadata, createdBy: 'actbench' })
  let group: ParquetRow[] = []
  let values = 0
  for await (const row of rows) {
    group.push(row)
    values += (row.outputs?.length ?? 0) + (row.spectrum?.length ?? 0)
    if (values < GROUP_VALUES && group.length < GROUP_ROWS) continue
    file.write({ columnData: toColumns(group), rowGroupSize: group.length })
    group = []
    values = 0
    yield takeBytes(bytes)
  }
  if (group.length > 0) file.write({ columnData: toColumns(group), rowGroupSize: group.length })
  file.finish()
  yield takeBytes(bytes)
}

/** A group is encoded at one go, some 50 ms of this many values; nothing else of the process runs meanwhile. */
const GROUP_VALUES = 2 ** 18
const GROUP_ROWS = 10_000

/** What was written since the last time. The writer goes on counting, and fills the same memory anew. */
function takeBytes(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice()
  writer.index = 0
  return bytes
}

const METRIC_NAMES = Object.values(METRIC_KEYS)
const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const

const SCHEMA: SchemaElement[] = [
  { name: 'evaluations', num_children: 5 + METRIC_NAMES.length },
  { name: 'expression', ...TEXT, repetition_type: 'REQUIRED' },
  { name: 'activationId', ...TEXT, repetition_type: 'REQUIRED' },
  ...METRIC_NAMES.map((name): SchemaElement => ({ name, type: 'DOUBLE', repetition_type: 'OPTIONAL' })),
  ...listOf('equivalents', TEXT),
  ...listOf('outputs', { type: 'FLOAT' }),
  ...listOf('fisherSpectrum', { type: 'FLOAT' }),
]

function listOf(name: string, element: Omit<SchemaElement, 'name'>): SchemaElement[] {
  const logical_type = { type: 'LIST' } as const
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST', logical_type },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', ...element, repetition_type: 'REQUIRED' },
  ]
}

function toColumns(rows: readonly ParquetRow[]): ColumnSource[] {
  // The library takes arrays alone, and would look for repeated values in vectors and for their extremes.
  const vector = (name: string, vectorOf: (row: ParquetRow) => Float32Array | null): ColumnSource => {
    const data = rows.map((row) => toList(vectorOf(row)))
    return { name, data, encoding: 'PLAIN', statistics: false, offsetIndex: false }
  }
  return [
    { name: 'expression', data: rows.map((row) => row.expression) },
    { name: 'activationId', data: rows.map((row) => row.activationId) },
    ...METRIC_NAMES.map((name) => ({ name, data: rows.map((row) => row[name]) })),
    { name: 'equivalents', data: rows.map((row) => [...row.equivalents]) },
    vector('outputs', (row) => row.outputs),
    vector('fisherSpectrum', (row) => row.spectrum),
  ]
}

function toList(values: Float32Array | null): number[] | null {
  return values && Array.from(values)
}
