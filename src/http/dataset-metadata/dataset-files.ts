import type { PublicDataset } from '../../db/datasets/find-public.js'
import { EXPORT_FORMAT_NAMES, EXPORT_FORMATS, type ExportFormat } from '../../services/exports/export-formats.js'

/** An export of a dataset, as its descriptions list it. */
export interface DatasetFile {
  readonly format: ExportFormat
  readonly fileName: string
  readonly url: string
  readonly mediaType: string
  readonly description: string
}

/** The exports of a dataset. Empty if the operator has closed them, because nobody could open the addresses. */
export function listDatasetFiles({ name, exportsClosed, ...dataset }: PublicDataset, origin: string): DatasetFile[] {
  if (exportsClosed) return []
  return EXPORT_FORMAT_NAMES.filter((format) => hasFile(dataset, format)).map((format) => {
    const { pathSuffix, fileSuffix, mediaType, description } = EXPORT_FORMATS[format]
    return {
      format,
      description,
      fileName: `${name}${fileSuffix}`,
      url: `${origin}/export/${name}${pathSuffix}`,
      mediaType: mediaType.split(';', 1)[0],
    }
  })
}

/** A dataset without spectra or without a map has no file with them. */
function hasFile(
  { fisherSpectrumLength, hasMap }: Pick<PublicDataset, 'fisherSpectrumLength' | 'hasMap'>,
  format: ExportFormat,
): boolean {
  if (format.startsWith('fisher-spectra')) return fisherSpectrumLength !== null
  return !format.startsWith('map.') || hasMap
}

/** The address of the page of a dataset. */
export function addressOfDataset({ name }: Pick<PublicDataset, 'name'>, origin: string): string {
  return `${origin}/datasets/${name}`
}
