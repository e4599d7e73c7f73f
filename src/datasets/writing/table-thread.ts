// Encodes one Parquet file of a table without vectors: each message has the rows of a row group, as lists of cells.
import { workerData } from 'node:worker_threads'
import type { SchemaElement } from 'hyparquet'
import { answerGroups } from './answer-groups.js'
import type { CellType, ColumnOfTable } from './write-table.js'

const TYPES: Readonly<Record<CellType, Omit<SchemaElement, 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  float: { type: 'DOUBLE' },
  float32: { type: 'FLOAT' },
  integer: { type: 'INT32' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
}

const { columns, metadata } = workerData as {
  readonly columns: readonly ColumnOfTable[]
  readonly metadata: Readonly<Record<string, string>>
}

answerGroups<readonly unknown[]>({
  schema: [
    { name: 'rows', num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => ({ name, ...TYPES[type], repetition_type: 'OPTIONAL' })),
  ],
  metadata,
  toColumns: (rows) => columns.map(({ name }, index) => ({ name, data: rows.map((row) => row[index]) })),
})
