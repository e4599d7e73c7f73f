// Encodes one Parquet file of a table without vectors: each message has the rows of a row group, as lists of cells.
import { workerData } from 'node:worker_threads'
import type { SchemaElement } from 'hyparquet'
import { answerGroups } from './answer-groups.js'
import { listOf, TEXT } from './parquet-types.js'
import type { CellType, ColumnOfTable } from './write-table.js'

const TYPES: Readonly<Record<Exclude<CellType, 'texts'>, Omit<SchemaElement, 'name'>>> = {
  text: TEXT,
  boolean: { type: 'BOOLEAN' },
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
    ...columns.flatMap(({ name, type }): SchemaElement[] =>
      type === 'texts' ? listOf(name, TEXT, 'REQUIRED') : [{ name, ...TYPES[type], repetition_type: 'OPTIONAL' }],
    ),
  ],
  metadata,
  toColumns: (rows) => columns.map(({ name }, index) => ({ name, data: rows.map((row) => row[index]) })),
})
