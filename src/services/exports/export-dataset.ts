import type { Database } from '../../db/connection/client.js'
import type { KyselyDb } from '../../db/connection/kysely.js'
import { type ExportedDataset, findExportedDataset, listReadyFits } from '../../db/exports/find-export.js'
import { openSnapshot } from '../../db/exports/open-snapshot.js'
import type { EvaluationConditions } from '../../db/loaders.js'
import { findDatasetsByName } from '../../db/statements/find-rows.js'
import { isDatasetName } from '../datasets/dataset-name.js'
import { datasetNotFound } from '../datasets/get-dataset.js'
import type { Chunk } from './export-format.js'
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.js'
import { fillFewMoments, findMomentsMark, type MomentsMark } from './moments-mark.js'
import { type DescribedExport, type OpenedExport, readOnce } from './opened-export.js'

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

/**
 * Opens an export of the current state of a dataset, on a connection that is held until the export is read or closed. An
 * imported dataset as `json` has every value of its file, in the order of the file. In other exports values that are not
 * finite are null, and spectra have the shortest digits that give their float32. Throws NOT_FOUND, also for spectra of a
 * dataset without spectra.
 */
export async function openExport(database: Database, request: ExportRequest): Promise<OpenedExport> {
  const { dataset: name, format, conditions = {} } = request
  const writer = await EXPORT_FORMATS[format].load()
  await prepareFunctions(database, name, format)
  const snapshot = await openSnapshot(database)
  const { db } = snapshot
  try {
    const dataset = await getExportedDataset(db, name)
    const scope = { datasetId: dataset.id, version: dataset.version, conditions }
    const { described, momentsMark } = await describe(db, dataset, format)
    const source = { database, db, dataset, scope, momentsMark }
    const rows = (await writer.count?.(source)) ?? 0
    const { byteLength, write } = writer.prepare({ ...source, rows })
    return { ...described, byteLength, ...readOnce(snapshot, write) }
  } catch (error) {
    await snapshot.close()
    throw error
  }
}

/** What is known of an export without opening it. Throws NOT_FOUND. */
export async function describeExport(
  database: Database,
  { dataset: name, format }: Pick<ExportRequest, 'dataset' | 'format'>,
): Promise<DescribedExport> {
  await prepareFunctions(database, name, format)
  const { kysely } = database
  return (await describe(kysely, await getExportedDataset(kysely, name), format)).described
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

/** Computes few missing moments first, so that the next reader finds the same state. */
async function prepareFunctions(database: Database, name: string, format: ExportFormat): Promise<void> {
  if (!hasFunctions(format) || !isDatasetName(name)) return
  const [dataset] = await findDatasetsByName(database.kysely, [name])
  if (dataset) await fillFewMoments(database, dataset.id)
}

async function describe(
  db: KyselyDb,
  { id, license, exportsClosed: isClosed, stamp, mapId }: ExportedDataset,
  format: ExportFormat,
): Promise<{ described: DescribedExport; momentsMark: MomentsMark }> {
  const isOfMap = EXPORT_FORMATS[format].pathSuffix.startsWith('/map.')
  const momentsMark = hasFunctions(format) ? await findMomentsMark(db, id) : null
  const more = hasFunctions(format) ? [await listReadyFits(db, id), momentsMark] : isOfMap ? [mapId] : []
  return { described: { license, isClosed, stamp: [stamp, ...more].join(' ') }, momentsMark }
}

/** Whether the rows of a format have predictions and what functions look like. */
function hasFunctions(format: ExportFormat): boolean {
  return format.startsWith('evaluations.')
}

function toProvenance(dataset: ExportedDataset): Provenance {
  return Object.fromEntries(PROVENANCE.map((name) => [name, dataset[name]])) as Provenance
}
