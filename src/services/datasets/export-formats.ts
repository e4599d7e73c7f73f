import type pg from 'pg'
import { METRIC_KEYS, shortestFloat32, toActBenchValue } from '../../datasets/act-bench.js'
import { decompressRow } from '../../datasets/reading/source-row-codec.js'
import { makeNanRow, makeNpyHeader } from '../../datasets/writing/npy.js'
import { writeParquet } from '../../datasets/writing/write-parquet.js'
import { openKyselyOn } from '../../db/connection/kysely.js'
import type { ExportedDataset } from '../../db/exports/find-export.js'
import {
  type BulkEvaluation,
  type ExportScope,
  readEvaluations,
  readSourceRows,
  readVectors,
} from '../../db/exports/read-exported.js'
import { OUTPUT_COLUMNS } from '../../db/features/load-vectors.js'
import { ActbenchError } from '../../errors.js'

/**
 * `json`: the Act-Bench format. `jsonl`: an evaluation a line, with the names of the API. `csv`: that without vectors.
 * `parquet`: that with outputs and spectra. `outputs.npy`, `fisher-spectra.npy`: a matrix of float32, a row for each line
 * of `jsonl` in its order, NaN where there is no vector.
 */
export const EXPORT_FORMATS = ['json', 'jsonl', 'csv', 'parquet', 'outputs.npy', 'fisher-spectra.npy'] as const

export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export type Chunk = string | Uint8Array

/** What a format is written from. The connection is in a transaction that shows one moment. */
interface Source {
  readonly client: pg.ClientBase
  readonly dataset: ExportedDataset
  readonly scope: ExportScope
  /** How many evaluations there are; 0 where the format does not need to know. */
  readonly rows: number
}

interface Format {
  readonly needsCount: boolean
  prepare(source: Source): { readonly byteLength: number | null; write(): AsyncGenerator<Chunk, void, void> }
}

export const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  json: streamed(({ client, dataset, scope }) =>
    joinRows(dataset.origin === 'IMPORTED' ? sourceRows(client, scope) : fileRows(client, scope)),
  ),
  jsonl: streamed(async function* ({ client, scope }) {
    for await (const row of readEvaluations(openKyselyOn(client), scope, SPECTRA)) yield formatLine(row)
  }),
  csv: streamed(async function* ({ client, scope }) {
    yield `${['expression', 'activationId', ...METRIC_FIELDS].join(',')}\n`
    for await (const row of readEvaluations(openKyselyOn(client), scope, NO_VECTORS)) yield formatRecord(row)
  }),
  parquet: streamed(({ client, dataset, scope }) =>
    writeParquet(
      readEvaluations(openKyselyOn(client), scope, { withOutputs: true, withSpectra: true }),
      toMetadata(dataset),
    ),
  ),
  'outputs.npy': {
    needsCount: true,
    prepare: (source) => prepareMatrix(source, 'OUTPUTS', OUTPUT_COLUMNS),
  },
  'fisher-spectra.npy': {
    needsCount: true,
    prepare(source) {
      const { name, fisherSpectrumLength } = source.dataset
      if (fisherSpectrumLength === null) throw new ActbenchError('NOT_FOUND', `${name} has no Fisher spectra`)
      return prepareMatrix(source, 'FISHER_SPECTRUM', fisherSpectrumLength)
    },
  },
}

const SPECTRA = { withOutputs: false, withSpectra: true }
const NO_VECTORS = { withOutputs: false, withSpectra: false }

function streamed(write: (source: Source) => AsyncGenerator<Chunk, void, void>): Format {
  return { needsCount: false, prepare: (source) => ({ byteLength: null, write: () => write(source) }) }
}

async function* joinRows(rows: AsyncIterable<Chunk>): AsyncGenerator<Chunk, void, void> {
  let separator = '{'
  for await (const row of rows) {
    yield separator
    yield row
    separator = ', '
  }
  yield separator === '{' ? '{}\n' : '}\n'
}

async function* sourceRows(client: pg.ClientBase, scope: ExportScope) {
  for await (const bytes of readSourceRows(openKyselyOn(client), scope)) yield await decompressRow(bytes)
}

async function* fileRows(client: pg.ClientBase, scope: ExportScope) {
  for await (const row of readEvaluations(openKyselyOn(client), scope, SPECTRA)) {
    yield `${JSON.stringify(row.expression)}: ${JSON.stringify(toActBenchValue({ ...row, metrics: row }))}`
  }
}

const METRIC_FIELDS = Object.values(METRIC_KEYS)

function formatLine({ spectrum, outputs: _, ...row }: BulkEvaluation): string {
  return `${JSON.stringify({ ...row, fisherSpectrum: spectrum && Array.from(spectrum, shortestFloat32) })}\n`
}

/** As RFC 4180 has it; expressions have commas, and no quotes. */
function formatRecord(row: BulkEvaluation): string {
  return `${[`"${row.expression}"`, row.activationId, ...METRIC_FIELDS.map((field) => row[field] ?? '')].join(',')}\n`
}

function prepareMatrix({ client, scope, rows }: Source, kind: 'OUTPUTS' | 'FISHER_SPECTRUM', columns: number) {
  const header = makeNpyHeader(rows, columns)
  return {
    byteLength: header.length + rows * columns * 4,
    async *write() {
      const missing = makeNanRow(columns)
      yield header
      for await (const bytes of readVectors(openKyselyOn(client), scope, kind, columns)) yield bytes ?? missing
    },
  }
}

/** What is known of the data, for the inside of a file; what is not known is left out. */
function toMetadata(dataset: ExportedDataset): Record<string, string> {
  const { name, version, title, description, architecture, task, license, citation } = dataset
  const { sourceUrl, sourceChecksum, sourceBytes } = dataset
  const known = { license, citation, sourceUrl, sourceChecksum, sourceBytes }
  const entries = Object.entries({ name, version, title, description, architecture, task, ...known })
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (value === null ? [] : [[`actbench.${key}`, String(value)]])),
  )
}
