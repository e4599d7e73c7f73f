// Decodes the parts of one Parquet file: each message asks for the description of its columns or for a row group.
import { parentPort, workerData } from 'node:worker_threads'
import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet'
import { MalformedFileError } from '../malformed-file.js'
import { COMPRESSORS, openParquet } from './bytes.js'
import type { DecoderAnswer, DecoderRequest, ParquetDescription } from './decoder.js'

const opening = openParquet(workerData as string)
// The first answer has the error.
opening.catch(() => {})
let description: Promise<ParquetDescription> | null = null

parentPort?.on('message', async (request: DecoderRequest) => {
  const answer = await read(request).then((result): DecoderAnswer => ({ kind: 'done', result }), explain)
  parentPort?.postMessage(answer)
})

async function read(request: DecoderRequest): Promise<unknown> {
  description ??= describe()
  return request.kind === 'describe' ? description : readGroup(await description, request.index, request.columns)
}

async function describe(): Promise<ParquetDescription> {
  const file = await opening
  const metadata = await parquetMetadataAsync(file, { geoparquet: false })
  return { size: file.byteLength, metadata, schema: parquetSchema(metadata) }
}

async function readGroup({ metadata }: ParquetDescription, index: number, columns: readonly string[]) {
  const found = new Map<string, ArrayLike<unknown>[]>(columns.map((name) => [name, []]))
  if (columns.length === 0) return found
  const group = metadata.row_groups[index]
  await parquetRead({
    ...{ file: await opening, columns: [...columns], compressors: COMPRESSORS },
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

function explain(error: NodeJS.ErrnoException): DecoderAnswer {
  if (error instanceof MalformedFileError) {
    return { kind: 'malformed', byteOffset: error.byteOffset, problem: error.problem }
  }
  // Errors of the disk have a code, and are no mistakes of the file. So have errors of zlib, which are.
  const { code, message } = error
  if (code === undefined || /^(Z_|ERR_)/.test(code)) return { kind: 'damage', message }
  return { kind: 'failed', message, code }
}
