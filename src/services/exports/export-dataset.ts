import type { Database } from '../../db/connection/client.js'
import type { KyselyDb } from '../../db/connection/kysely.js'
import { type ExportedDataset, findExportedDataset } from '../../db/exports/find-export.js'
import { openSnapshot } from '../../db/exports/open-snapshot.js'
import type { EvaluationConditions } from '../../db/loaders.js'
import { isDatasetName } from '../datasets/dataset-name.js'
import { datasetNotFound } from '../datasets/get-dataset.js'
import type { Chunk } from './export-format.js'
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.js'

export interface ExportRequest {
  readonly dataset: string
  readonly format: ExportFormat
  /** Only evaluations that meet these conditions. @defaultValue all */
  readonly conditions?: EvaluationConditions
}

/** The origin of the data and the terms of their use. It is part of every export. */
export type Provenance = Pick<ExportedDataset, (typeof PROVENANCE)[number]>

const PROVENANCE = [
  ...(['name', 'version', 'title', 'description', 'architecture', 'task', 'origin', 'license', 'citation'] as const),
  ...(['sourceUrl', 'sourceChecksum', 'sourceBytes', 'searchSpace', 'recipeDescription'] as const),
]

/** What is known of an export from its dataset. */
export interface DescribedExport {
  readonly provenance: Provenance
  /** Whether the operator has closed the exports of the dataset. Then only the operator may read them. */
  readonly isClosed: boolean
  /** A text that changes whenever an export of the dataset changes. */
  readonly stamp: string
}

/** An export before its first byte is read. Later writes to the dataset do not change it. */
export interface OpenedExport extends DescribedExport {
  /** Number of bytes; null if only writing tells it. */
  readonly byteLength: number | null
  /** Reads the export once, in chunks of one or a few rows. Memory does not grow with its size. */
  read(): AsyncGenerator<Chunk, void, void>
  /** Releases the connection, and ends the reading if it is in progress. */
  close(): Promise<void>
}

/**
 * Opens an export of the current state of a dataset, on a connection that is held until the export is read or closed. An
 * imported dataset as `json` has every value of its file, in the order of the file. In other exports values that are not
 * finite are null, and spectra have the shortest digits that give their float32. Throws NOT_FOUND, also for spectra of a
 * dataset without spectra.
 */
export async function openExport(database: Database, request: ExportRequest): Promise<OpenedExport> {
  const { dataset: name, format, conditions = {} } = request
  const writer = await EXPORT_FORMATS[format].load()
  const snapshot = await openSnapshot(database)
  const { db } = snapshot
  try {
    const dataset = await getExportedDataset(db, name)
    const scope = { datasetId: dataset.id, version: dataset.version, conditions }
    const source = { db, dataset, scope }
    const rows = (await writer.count?.(source)) ?? 0
    const { byteLength, write } = writer.prepare({ ...source, rows })
    let isRead = false
    const read = async function* () {
      isRead = true
      yield* write()
      await snapshot.close()
    }
    const close = async () => {
      // A reader that stops early may leave a statement in progress.
      if (isRead) snapshot.abort()
      else await snapshot.close()
    }
    return { ...describe(dataset, format), byteLength, read, close }
  } catch (error) {
    await snapshot.close()
    throw error
  }
}

/** What is known of an export without opening it. Throws NOT_FOUND. */
export async function describeExport(
  { kysely }: Database,
  { dataset: name, format }: Pick<ExportRequest, 'dataset' | 'format'>,
): Promise<DescribedExport> {
  return describe(await getExportedDataset(kysely, name), format)
}

/** Opens, reads and closes an export. */
export async function* exportDataset(database: Database, request: ExportRequest): AsyncGenerator<Chunk, void, void> {
  const opened = await openExport(database, request)
  try {
    yield* opened.read()
  } finally {
    await opened.close()
  }
}

/** The provenance of a dataset; throws NOT_FOUND. */
export async function describeProvenance({ kysely }: Database, name: string): Promise<Provenance> {
  return toProvenance(await getExportedDataset(kysely, name))
}

async function getExportedDataset(db: KyselyDb, name: string): Promise<ExportedDataset> {
  const dataset = isDatasetName(name) ? await findExportedDataset(db, name) : null
  if (!dataset) throw datasetNotFound(name)
  return dataset
}

function describe(dataset: ExportedDataset, format: ExportFormat): DescribedExport {
  const { exportsClosed, stamp, mapId } = dataset
  const isOfMap = EXPORT_FORMATS[format].pathSuffix.startsWith('/map.')
  return { provenance: toProvenance(dataset), isClosed: exportsClosed, stamp: isOfMap ? `${stamp} ${mapId}` : stamp }
}

function toProvenance(dataset: ExportedDataset): Provenance {
  return Object.fromEntries(PROVENANCE.map((name) => [name, dataset[name]])) as Provenance
}
