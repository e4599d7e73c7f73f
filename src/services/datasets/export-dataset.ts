import type pg from 'pg'
import type { Database } from '../../db/connection/client.js'
import { openKyselyOn } from '../../db/connection/kysely.js'
import { countExported, type ExportedDataset, findExportedDataset } from '../../db/exports/find-export.js'
import type { EvaluationConditions } from '../../db/loaders.js'
import { isDatasetName } from './dataset-name.js'
import { type Chunk, type ExportFormat, FORMATS } from './export-formats.js'
import { datasetNotFound } from './get-dataset.js'

export interface ExportRequest {
  readonly dataset: string
  readonly format: ExportFormat
  /** Which evaluations. @defaultValue all */
  readonly conditions?: EvaluationConditions
}

/** Where the data came from and on what terms they may be used; it goes with every export. */
export type Provenance = Omit<ExportedDataset, 'id' | 'fisherSpectrumLength' | 'exportsClosed' | 'stamp'>

/** An export that has not begun: what it will be is settled, whatever is written meanwhile. */
export interface OpenedExport {
  readonly provenance: Provenance
  /** Whether the operator has closed the dataset's exports: nobody but the operator may then read it. */
  readonly isClosed: boolean
  /** A text that changes whenever an export of the dataset would. */
  readonly stamp: string
  /** In bytes; null where only writing it would tell. */
  readonly byteLength: number | null
  /** The export, a row or a few at a time, once; memory does not grow with it. */
  read(): AsyncGenerator<Chunk, void, void>
  /** Gives the connection back; what is being read ends. */
  close(): Promise<void>
}

/**
 * Opens an export of a dataset as it is at this moment, on a connection that it holds until it is closed. An imported
 * dataset as `json` has every value of its file, in the file's order; elsewhere what is not finite is null, and spectra
 * have the shortest digits that give their float32. Throws NOT_FOUND, also for spectra of a dataset that has none.
 */
export async function openExport({ pool }: Database, request: ExportRequest): Promise<OpenedExport> {
  const { dataset: name, format, conditions = {} } = request
  const client = await pool.connect()
  let isOpen = true
  let isRead = false
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    // Whoever stops reading leaves a statement open: closing the connection ends it.
    if (isRead) return client.release(true)
    await client.query('ROLLBACK').then(
      () => client.release(),
      () => client.release(true),
    )
  }
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    // Its reader may be slow, within limits that are not the database's.
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0')
    const dataset = await getExportedDataset(client, name)
    const scope = { datasetId: dataset.id, version: dataset.version, conditions }
    const rows = FORMATS[format].needsCount ? await countExported(openKyselyOn(client), scope) : 0
    const { byteLength, write } = FORMATS[format].prepare({ client, dataset, scope, rows })
    const read = async function* () {
      isRead = true
      yield* write()
      if (!isOpen) return
      isOpen = false
      await client.query('COMMIT').then(
        () => client.release(),
        () => client.release(true),
      )
    }
    const { exportsClosed: isClosed, stamp } = dataset
    return { provenance: toProvenance(dataset), isClosed, stamp, byteLength, read, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The same, opened, read and closed. */
export async function* exportDataset(database: Database, request: ExportRequest): AsyncGenerator<Chunk, void, void> {
  const opened = await openExport(database, request)
  try {
    yield* opened.read()
  } finally {
    await opened.close()
  }
}

/** The provenance of a dataset; throws NOT_FOUND. */
export async function describeProvenance({ pool }: Database, name: string): Promise<Provenance> {
  const client = await pool.connect()
  try {
    return toProvenance(await getExportedDataset(client, name))
  } finally {
    client.release()
  }
}

async function getExportedDataset(client: pg.ClientBase, name: string): Promise<ExportedDataset> {
  const dataset = isDatasetName(name) ? await findExportedDataset(openKyselyOn(client), name) : null
  if (!dataset) throw datasetNotFound(name)
  return dataset
}

function toProvenance(dataset: ExportedDataset): Provenance {
  const { id: _id, fisherSpectrumLength: _length, exportsClosed: _isClosed, stamp: _stamp, ...provenance } = dataset
  return provenance
}
