import type { PublicDataset } from '../../db/datasets/find-public.js'
import { METRIC_ENTRIES } from '../../metrics.js'
import type { ExportFormat } from '../../services/exports/export-formats.js'
import { readAuthors } from './authors.js'
import { CROISSANT_CONTEXT } from './croissant-context.js'
import { addressOfDataset, type DatasetFile, listDatasetFiles } from './dataset-files.js'
import { describeForSearch } from './json-ld.js'
import { findLicenceUrl } from './licence.js'

/** The version of the format that the file conforms to. */
export const CROISSANT_PROFILE = 'http://mlcommons.org/croissant/1.0'

interface Column {
  readonly name: string
  readonly type: 'sc:Text' | 'sc:Integer' | 'sc:Float' | 'sc:DateTime'
  readonly description: string
}

export const FUNCTION_COLUMNS: readonly Column[] = [
  { name: 'expression', type: 'sc:Text', description: 'The function, in the language of expressions.' },
  { name: 'activationId', type: 'sc:Text', description: 'The same for every spelling of the function.' },
]
export const METRIC_COLUMNS: readonly Column[] = METRIC_ENTRIES.map(({ property, description }) => ({
  ...{ name: property, type: 'sc:Float', description },
}))
const RUN_COLUMNS: readonly Column[] = [
  { name: 'seed', type: 'sc:Integer', description: 'The seed of the run; empty if it is not known.' },
  { name: 'version', type: 'sc:Text', description: 'The version of the dataset that the run was made with.' },
  ...METRIC_COLUMNS,
  { name: 'backend', type: 'sc:Text', description: 'What computed the run.' },
  { name: 'createdAt', type: 'sc:DateTime', description: 'When the run was stored.' },
]
/** Names of media types that readers of Croissant know. */
export const ENCODINGS: Readonly<Record<string, string>> = {
  'application/jsonl': 'application/jsonlines',
  'application/vnd.apache.parquet': 'application/x-parquet',
}

/**
 * A dataset in the format Croissant 1.0, which libraries for machine learning load. Its files are written from the
 * database when somebody reads them, so it is a live dataset and its exports have no checksums. The source has one.
 */
export function toCroissant(dataset: PublicDataset, origin: string): object {
  const { title, version, license, citation, createdAt, updatedAt } = dataset
  const authors = readAuthors(citation)
  const licence = findLicenceUrl(license) ?? license
  const files = listDatasetFiles(dataset, origin)
  return {
    '@context': CROISSANT_CONTEXT,
    '@type': 'sc:Dataset',
    conformsTo: CROISSANT_PROFILE,
    ...{ name: title, alternateName: dataset.name, description: describeForSearch(dataset) },
    url: addressOfDataset(dataset, origin),
    ...(licence && { license: licence }),
    ...(citation && { citeAs: citation }),
    ...(authors.length > 0 && { creator: authors.map((name) => ({ '@type': 'sc:Person', name })) }),
    datePublished: createdAt.toISOString(),
    dateModified: updatedAt.toISOString(),
    version,
    isLiveDataset: true,
    distribution: [...files.map(toFileObject), ...listSource(dataset)],
    recordSet: [
      ...toRecordSet(files, 'csv', 'evaluations', 'One row for each function.', [
        ...FUNCTION_COLUMNS,
        ...METRIC_COLUMNS,
      ]),
      ...toRecordSet(files, 'runs.jsonl', 'runs', 'One row for each training.', [...FUNCTION_COLUMNS, ...RUN_COLUMNS]),
    ],
  }
}

function toFileObject({ format, fileName, url, mediaType, description }: DatasetFile): object {
  return {
    '@type': 'cr:FileObject',
    '@id': format,
    ...{ name: fileName, description, contentUrl: url, encodingFormat: ENCODINGS[mediaType] ?? mediaType },
  }
}

/** The file that the dataset was imported from, if its address is known. */
function listSource({ sourceUrl, sourceChecksum, sourceBytes }: PublicDataset): object[] {
  if (!sourceUrl || !sourceChecksum) return []
  return [
    {
      '@type': 'cr:FileObject',
      '@id': 'source',
      ...{ name: 'source', description: 'The published file that the dataset was imported from.' },
      ...{ contentUrl: sourceUrl, encodingFormat: 'application/json', sha256: sourceChecksum },
      ...(sourceBytes !== null && { contentSize: `${sourceBytes} B` }),
    },
  ]
}

/** The columns of a table, if there is a file of this format. */
export function toRecordSet(
  files: readonly { readonly format: string }[],
  format: ExportFormat,
  id: string,
  description: string,
  columns: readonly Column[],
): object[] {
  if (!files.some((file) => file.format === format)) return []
  return [
    {
      '@type': 'cr:RecordSet',
      '@id': id,
      ...{ name: id, description },
      field: columns.map(({ name, type, description: meaning }) => ({
        '@type': 'cr:Field',
        '@id': `${id}/${name}`,
        ...{ name, description: meaning, dataType: type },
        source: { fileObject: { '@id': format }, extract: { column: name } },
      })),
    },
  ]
}
