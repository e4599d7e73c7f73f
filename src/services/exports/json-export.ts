import { formatActBenchValue } from '../../datasets/act-bench.js'
import { decompressRow } from '../../datasets/reading/source-row-codec.js'
import { hasSourceRows, readEvaluations, readSourceRows } from '../../db/exports/read-exported.js'
import { type Chunk, createStreamWriter, type ExportSource } from './export-format.js'

/** The Act-Bench format. A dataset from a file of this format gives the rows of its file, byte for byte. */
export const JSON_WRITER = createStreamWriter(async function* (source) {
  const isKept = source.dataset.origin === 'IMPORTED' && (await hasSourceRows(source.db, source.scope.datasetId))
  yield* joinRows(isKept ? sourceRows(source) : evaluationRows(source))
})

async function* joinRows(rows: AsyncIterable<Chunk>): AsyncGenerator<Chunk, void, void> {
  let separator = '{'
  for await (const row of rows) {
    yield separator
    yield row
    separator = ', '
  }
  yield separator === '{' ? '{}\n' : '}\n'
}

async function* sourceRows({ db, scope }: ExportSource) {
  for await (const bytes of readSourceRows(db, scope)) yield await decompressRow(bytes)
}

async function* evaluationRows({ db, scope }: ExportSource) {
  for await (const row of readEvaluations(db, scope, { withOutputs: false, withSpectra: true })) {
    yield `${JSON.stringify(row.expression)}: ${formatActBenchValue({ ...row, metrics: row })}`
  }
}
