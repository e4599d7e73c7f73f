import type { ExportedDataset } from '../../db/exports/find-export.js'

/** The description of the dataset, for the metadata of the file. Unknown properties are left out. */
export function toMetadata(dataset: ExportedDataset): Record<string, string> {
  const { name, version, title, description, architecture, task, license, citation } = dataset
  const { sourceUrl, sourceChecksum, sourceBytes, recipeDescription } = dataset
  const searchSpace = JSON.stringify(dataset.searchSpace)
  const known = { license, citation, sourceUrl, sourceChecksum, sourceBytes, searchSpace, recipeDescription }
  const entries = Object.entries({ name, version, title, description, architecture, task, ...known })
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (value === null ? [] : [[`actbench.${key}`, String(value)]])),
  )
}
