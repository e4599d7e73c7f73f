import type { PublicDataset } from '../../db/datasets/find-public.js'
import { findPublicDataset, listPublicDatasets } from '../../db/datasets/find-public.js'
import type { Database } from '../../db/loaders.js'
import { isDatasetName } from '../../services/datasets/dataset-name.js'
import { datasetNotFound } from '../../services/datasets/get-dataset.js'
import { ACTIVATION_FORMATS, type ActivationFormat } from '../../services/exports/activations-export.js'
import { listDatasetFiles } from '../dataset-metadata/dataset-files.js'
import type { ExportFiles } from './export-files.js'
import { toState } from './send-export.js'
import { type ServedExport, serveActivations, serveDataset } from './served-export.js'

/** A file in a list of exports. */
interface ListedFile {
  readonly name: string
  readonly url: string
  readonly mediaType: string
  readonly description: string
  /** In bytes; null until somebody reads the file, as its checksum. */
  readonly size: number | null
  readonly sha256: string | null
  /** An address with the checksum, for which the file is written if it does not exist. */
  readonly checksumUrl: string
}

interface ListedDataset {
  readonly name: string
  readonly title: string
  readonly version: string
  readonly license: string | null
  readonly updatedAt: Date
  readonly evaluations: number
  readonly url: string
  readonly isClosed: boolean
  readonly files: readonly ListedFile[]
}

/** What /export/ and /export/<dataset>/ list. */
export interface ExportList {
  /** Files that belong to no dataset. */
  readonly files: readonly ListedFile[]
  readonly datasets: readonly ListedDataset[]
  /** The address of the next datasets; null at the end. */
  readonly next: string | null
}

export interface ListOptions {
  readonly database: Database
  readonly files: ExportFiles
  readonly version: string
  readonly origin: string
}

/** Number of datasets in one list. Each needs a few statements. */
const MOST_LISTED = 50

/** The files of a dataset. Throws NOT_FOUND. */
export async function listOne(options: ListOptions, name: string): Promise<ExportList> {
  const dataset = isDatasetName(name) ? await findPublicDataset(options.database.kysely, name) : null
  if (!dataset) throw datasetNotFound(name)
  return { files: [], datasets: [await toListed(options, dataset)], next: null }
}

/** The files of all datasets, by name, from the one after `after`. */
export async function listAll(options: ListOptions, after: string): Promise<ExportList> {
  const { database, origin } = options
  const found = await listPublicDatasets(database.kysely, MOST_LISTED + 1, after)
  const datasets: ListedDataset[] = []
  for (const { name } of found.slice(0, MOST_LISTED)) {
    const dataset = await findPublicDataset(database.kysely, name)
    if (dataset) datasets.push(await toListed(options, dataset))
  }
  const last = datasets[datasets.length - 1]?.name
  const files = after === '' ? await listActivationFiles(options) : []
  return { files, datasets, next: found.length > MOST_LISTED ? `${origin}/export/?after=${last}` : null }
}

async function toListed(options: ListOptions, dataset: PublicDataset): Promise<ListedDataset> {
  const { name, title, version, license, updatedAt, evaluations, exportsClosed: isClosed } = dataset
  const files: ListedFile[] = []
  for (const { format, url, fileName, mediaType, description } of listDatasetFiles(dataset, options.origin)) {
    const served = serveDataset(options.database, name, format)
    files.push({ ...{ name: fileName, url, mediaType, description }, ...(await look(options, served, url)) })
  }
  const url = `${options.origin}/export/${name}/`
  return { name, title, version, license, updatedAt, evaluations, url, isClosed, files }
}

async function listActivationFiles(options: ListOptions): Promise<ListedFile[]> {
  const files: ListedFile[] = []
  for (const [format, { mediaType: type }] of Object.entries(ACTIVATION_FORMATS)) {
    const served = serveActivations(options.database, format as ActivationFormat)
    const url = `${options.origin}/export/${served.fileName}`
    const [mediaType] = type.split(';', 1)
    const description = 'every stored function with its names, spaces, moments and properties'
    files.push({ ...{ name: served.fileName, url, mediaType, description }, ...(await look(options, served, url)) })
  }
  return files
}

/** The state of the database is only asked for if there is a file of any state. */
async function look(
  { files, version }: ListOptions,
  served: ServedExport,
  url: string,
): Promise<Pick<ListedFile, 'size' | 'sha256' | 'checksumUrl'>> {
  const isKept = await files.hasAny(served.key)
  const found = isKept ? await files.look(toState(served, await served.describe(), version)) : null
  return { size: found?.size ?? null, sha256: found?.sha256 ?? null, checksumUrl: `${url}.sha256` }
}
