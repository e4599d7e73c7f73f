import type { Database } from '../../db/connection/client.js'
import type { EvaluationConditions } from '../../db/loaders.js'
import {
  ACTIVATION_FORMATS,
  type ActivationFormat,
  describeActivations,
  openActivations,
} from '../../services/exports/activations-export.js'
import { describeExport, openExport } from '../../services/exports/export-dataset.js'
import { EXPORT_FORMATS, type ExportFormat } from '../../services/exports/export-formats.js'
import type { DescribedExport, OpenedExport } from '../../services/exports/opened-export.js'

/** A file that an address names, before the database is asked. */
export interface ServedExport {
  /** Of the dataset; `all functions` if it belongs to none. */
  readonly title: string
  readonly fileName: string
  readonly mediaType: string
  readonly isCompressible: boolean
  readonly isKept: boolean
  /** Everything that tells it from other files, whatever the state of the database. */
  readonly key: string
  /** The path of its provenance, or null. */
  readonly about: string | null
  describe(): Promise<DescribedExport>
  open(): Promise<OpenedExport>
}

/** An export of a dataset. */
export function serveDataset(
  database: Database,
  dataset: string,
  format: ExportFormat,
  conditions: EvaluationConditions = {},
): ServedExport {
  const { fileSuffix, mediaType, isCompressible, isKept } = EXPORT_FORMATS[format]
  const wanted = { dataset, format, conditions }
  return {
    title: dataset,
    fileName: `${dataset}${fileSuffix}`,
    ...{ mediaType, isCompressible, isKept },
    key: JSON.stringify([dataset, format, conditions]),
    about: `/export/${dataset}.about.json`,
    describe: () => describeExport(database, wanted),
    open: () => openExport(database, wanted),
  }
}

/** The file with all functions. */
export function serveActivations(database: Database, format: ActivationFormat): ServedExport {
  return {
    title: 'all functions',
    fileName: `activations.${format}`,
    ...ACTIVATION_FORMATS[format],
    key: JSON.stringify([null, format]),
    about: null,
    describe: () => describeActivations(database),
    open: () => openActivations(database, format),
  }
}
