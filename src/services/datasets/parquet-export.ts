import { writeParquet } from '../../datasets/writing/write-parquet.js'
import type { ExportedDataset } from '../../db/exports/find-export.js'
import { readEvaluations } from '../../db/exports/read-exported.js'
import { createStreamWriter } from './export-format.js'

/** One evaluation per row, with outputs and spectra. */
export const PARQUET_WRITER = createStreamWriter(({ db, dataset, scope }) =>
  writeParquet(readEvaluations(db, scope, { withOutputs: true, withSpectra: true }), toMetadata(dataset)),
)

/** The description of the dataset, for the metadata of the file. Unknown properties are left out. */
function toMetadata(dataset: ExportedDataset): Record<string, string> {
  const { name, version, title, description, architecture, task, license, citation } = dataset
  const { sourceUrl, sourceChecksum, sourceBytes, recipeDescription } = dataset
  const searchSpace = JSON.stringify(dataset.searchSpace)
  const known = { license, citation, sourceUrl, sourceChecksum, sourceBytes, searchSpace, recipeDescription }
  const entries = Object.entries({ name, version, title, description, architecture, task, ...known })
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (value === null ? [] : [[`actbench.${key}`, String(value)]])),
  )
}
