import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'
import type pg from 'pg'
import { METRIC_KEYS, shortestFloat32, toActBenchValue } from '../datasets/act-bench.js'
import type { Database } from '../db/client.js'
import type { Dataset } from '../db/generated/client.js'
import { type BulkEvaluation, readEvaluations, readSourceRows } from '../db/read-exported.js'
import { getDataset } from './get-dataset.js'

export const EXPORT_FORMATS = ['json', 'jsonl', 'csv'] as const

/** `json`: the Act-Bench format. `jsonl`: an evaluation a line, with the names of the API. `csv`: that without vectors. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** Where the data came from and on what terms they may be used; it goes with every export. */
export type Provenance = Pick<
  Dataset,
  'name' | 'version' | 'title' | 'description' | 'architecture' | 'task' | 'license' | 'citation' | 'sourceUrl'
> & { readonly sourceChecksum: string | null }

/** The provenance of a dataset; throws NOT_FOUND. */
export async function describeProvenance({ prisma }: Database, dataset: string): Promise<Provenance> {
  const { name, version, title, description, architecture, task, ...rest } = await getDataset(prisma, dataset)
  const { license, citation, sourceUrl, sourceChecksum } = rest
  return { name, version, title, description, architecture, task, license, citation, sourceUrl, sourceChecksum }
}

/** A text that changes whenever an export of the dataset would; throws NOT_FOUND. */
export async function findExportVersion({ prisma, pool }: Database, name: string): Promise<string> {
  const { id, version, sourceChecksum } = await getDataset(prisma, name)
  const { rows } = await pool.query<{ count: string; newest: Date | null; spectrum: Date | null }>(
    `SELECT count(*), max(updated_at) AS newest,
       (SELECT max(created_at) FROM fisher_spectra WHERE dataset_id = $1) AS spectrum
     FROM evaluations WHERE dataset_id = $1`,
    [id],
  )
  return JSON.stringify([id, version, sourceChecksum, rows[0]])
}

/**
 * The text of a dataset in a format, a row at a time, as it was at one moment; memory does not grow with it. An imported
 * dataset as `json` has every value of its file, in the file's order; elsewhere what is not finite is null, and spectra
 * have the shortest digits that give their float32. Throws NOT_FOUND.
 */
export async function* exportDataset(
  { prisma, pool }: Database,
  name: string,
  format: ExportFormat,
): AsyncGenerator<string | Uint8Array, void, void> {
  const client = await pool.connect()
  let isDone = false
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const dataset = await getDataset(prisma, name)
    yield* WRITERS[format](client, dataset)
    await client.query('COMMIT')
    isDone = true
  } finally {
    // Whoever stops reading leaves a transaction open: closing the connection ends it.
    client.release(!isDone)
  }
}

type Writer = (client: pg.ClientBase, dataset: Dataset) => AsyncGenerator<string | Uint8Array, void, void>

const WRITERS: Readonly<Record<ExportFormat, Writer>> = {
  json: (client, dataset) =>
    joinRows(dataset.origin === 'IMPORTED' ? sourceRows(client, dataset) : fileRows(client, dataset)),
  async *jsonl(client, { id }) {
    for await (const row of readEvaluations(client, id, { withSpectra: true })) yield formatLine(row)
  },
  async *csv(client, { id }) {
    yield `${['expression', 'activationId', ...METRIC_FIELDS].join(',')}\n`
    for await (const row of readEvaluations(client, id, { withSpectra: false })) yield formatRecord(row)
  },
}

async function* joinRows(rows: AsyncIterable<string | Uint8Array>): AsyncGenerator<string | Uint8Array, void, void> {
  let separator = '{'
  for await (const row of rows) {
    yield separator
    yield row
    separator = ', '
  }
  yield separator === '{' ? '{}\n' : '}\n'
}

const decompress = promisify(inflateRaw)

async function* sourceRows(client: pg.ClientBase, { id }: Dataset) {
  for await (const bytes of readSourceRows(client, id)) yield await decompress(bytes)
}

async function* fileRows(client: pg.ClientBase, { id }: Dataset) {
  for await (const row of readEvaluations(client, id, { withSpectra: true })) {
    yield `${JSON.stringify(row.expression)}: ${JSON.stringify(toActBenchValue({ ...row, metrics: row }))}`
  }
}

const METRIC_FIELDS = Object.values(METRIC_KEYS)

function formatLine({ spectrum, ...row }: BulkEvaluation): string {
  return `${JSON.stringify({ ...row, fisherSpectrum: spectrum && Array.from(spectrum, shortestFloat32) })}\n`
}

/** As RFC 4180 has it; expressions have commas, and no quotes. */
function formatRecord(row: BulkEvaluation): string {
  return `${[`"${row.expression}"`, row.activationId, ...METRIC_FIELDS.map((field) => row[field] ?? '')].join(',')}\n`
}
