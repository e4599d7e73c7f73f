// Encodes one Parquet file: each message has the rows of a row group and is answered with bytes. Null ends the file and is
// answered with the footer.
import { workerData } from 'node:worker_threads'
import type { SchemaElement } from 'hyparquet'
import type { ColumnSource } from 'hyparquet-writer'
import { METRIC_KEYS } from '../act-bench.js'
import { answerGroups } from './answer-groups.js'
import { listOf, TEXT } from './parquet-types.js'
import type { ParquetRow } from './write-parquet.js'

const METRIC_NAMES = Object.values(METRIC_KEYS)

const SCHEMA: SchemaElement[] = [
  { name: 'evaluations', num_children: 5 + METRIC_NAMES.length },
  { name: 'expression', ...TEXT, repetition_type: 'REQUIRED' },
  { name: 'activationId', ...TEXT, repetition_type: 'REQUIRED' },
  ...METRIC_NAMES.map((name): SchemaElement => ({ name, type: 'DOUBLE', repetition_type: 'OPTIONAL' })),
  ...listOf('equivalents', TEXT, 'REQUIRED'),
  ...listOf('outputs', { type: 'FLOAT' }, 'OPTIONAL'),
  ...listOf('fisherSpectrum', { type: 'FLOAT' }, 'OPTIONAL'),
]

function toColumns(rows: readonly ParquetRow[]): ColumnSource[] {
  // The library accepts only arrays. Without these options it would search vectors for repeated values and extremes.
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

/** A value that is not finite is null, as in the other formats: readers would take infinity for a measured value. */
function toList(values: Float32Array | null): (number | null)[] | null {
  return values && Array.from(values, (value) => (Number.isFinite(value) ? value : null))
}

answerGroups<ParquetRow>({ schema: SCHEMA, metadata: workerData, toColumns })
