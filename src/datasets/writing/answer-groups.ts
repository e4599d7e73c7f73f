import { parentPort } from 'node:worker_threads'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer'

export interface ParquetFile<Row> {
  readonly schema: SchemaElement[]
  /** The key-value metadata of the file. */
  readonly metadata: Readonly<Record<string, string>>
  toColumns(rows: readonly Row[]): ColumnSource[]
}

/** In a thread: answers each message, which has the rows of a row group, with bytes, and null with the end of the file. */
export function answerGroups<Row>({ schema, metadata, toColumns }: ParquetFile<Row>): void {
  const writer = new ByteWriter()
  const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }))
  const file = new ParquetWriter({ writer, schema, kvMetadata, createdBy: 'actbench' })
  parentPort?.on('message', (group: readonly Row[] | null) => {
    if (group) file.write({ columnData: toColumns(group), rowGroupSize: group.length })
    else file.finish()
    const bytes = writer.getBytes().slice()
    // The writer continues to count offsets and fills the same memory again.
    writer.index = 0
    parentPort?.postMessage(bytes, [bytes.buffer])
  })
}
