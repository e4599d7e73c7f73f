import { ACT_BENCH_SCHEMAS } from '../../activations/search-space.js'
import { computeChecksum, findFormat } from '../../datasets/reading/read-rows.js'
import type { Database, Db } from '../../db/connection/client.js'
import { countImported, type ImportedCounts } from '../../db/datasets/count-imported.js'
import { recordSourceFile, type SourceFile, upsertImportedDataset } from '../../db/datasets/upsert-datasets.js'
import { keepCounts } from '../../db/evaluations/keep-counts.js'
import { analyzeTables, inImportTransaction, lockImports } from '../../db/imports/import-transaction.js'
import { clearImported, type DatasetVersion } from '../../db/imports/insert-imported.js'
import { clearPublished, joinTrainedRuns } from '../../db/imports/published-rows.js'
import { ActbenchError } from '../../errors.js'
import { getValidDatasetName } from '../datasets/dataset-name.js'
import { getValidSearchSpace } from '../datasets/valid-search-space.js'
import { keepOutdatedCounts } from '../evaluations/counts-watch.js'
import { queueDueSurrogate } from '../surrogates/queue-due-surrogate.js'
import { importRows, type RowHooks } from './import-rows.js'
import { importTable } from './import-table.js'
import { findPublishedVersion } from './published-recipe.js'

/**
 * Facts about a dataset that its file does not contain. A fact that is missing here keeps its stored value, or is stored
 * as unknown. `sourceUrl` is the address of this file, so it never keeps its stored value.
 */
export interface DatasetDescription {
  readonly title?: string
  readonly description?: string
  readonly architecture?: string
  readonly task?: string
  readonly license?: string
  readonly citation?: string
  readonly sourceUrl?: string
  /** Schemas that searches explore by default. A new dataset gets those of Act-Bench. */
  readonly searchSpace?: readonly string[]
  readonly recipeDescription?: string
}

export interface ImportFileInput extends RowHooks {
  readonly path: string
  readonly dataset: string
  readonly describe?: DatasetDescription
  /** Whether the import may replace an earlier import. @defaultValue false */
  readonly isReplacing?: boolean
  /** Number of values of a Fisher spectrum. @defaultValue the most frequent number */
  readonly spectrumLength?: number | null
}

export interface ImportSummary extends SourceFile, ImportedCounts {
  readonly outcome: 'IMPORTED' | 'REPLACED' | 'UNCHANGED'
}

/**
 * Imports a file as a dataset of origin IMPORTED, in one transaction: an Act-Bench file, or a table (CSV, JSON Lines
 * or Parquet) with one run on each line; text is plain or gzip. The same file again changes nothing. Runs that were trained
 * here stay. A surrogate is queued if one is due. Throws `MalformedFileError` with the offset of the byte if the file is
 * malformed or ends too early; CONFLICT if the dataset was imported from another file and `isReplacing` is not
 * set, or was not imported; BAD_USER_INPUT for its name.
 */
export async function importFile(database: Database, input: ImportFileInput): Promise<ImportSummary> {
  getValidDatasetName('dataset', input.dataset)
  const summary = (await findUnchanged(database, input)) ?? (await replaceDataset(database, input))
  // An unchanged dataset may lack its surrogate: the process that imported it may have been killed before this line.
  await queueDueSurrogate(database, input.dataset)
  return summary
}

/** The summary of a dataset that was imported from the same file; null if the file has to be imported. */
async function findUnchanged(
  { prisma, kysely }: Database,
  { dataset: name, path, isReplacing = false }: ImportFileInput,
): Promise<ImportSummary | null> {
  const existing = await prisma.dataset.findUnique({ where: { name } })
  if (!existing) return null
  if (existing.origin !== 'IMPORTED' && !isTrainedBefore(existing)) throw notImported(name)
  if (isReplacing || existing.sourceChecksum === null) return null
  const checksum = await computeChecksum(path)
  if (existing.sourceChecksum !== checksum) {
    throw new ActbenchError('CONFLICT', `dataset: ${name} was imported from another file; replace it with --replace`)
  }
  const { fisherSpectrumLength: spectrumLength, sourceBytes } = existing
  const counts = await countImported(kysely, existing.id)
  return { outcome: 'UNCHANGED', ...counts, spectrumLength, checksum, bytes: sourceBytes ?? 0 }
}

async function replaceDataset(database: Database, input: ImportFileInput): Promise<ImportSummary> {
  const isTable = (await findFormat(input.path)) !== 'ACT_BENCH'
  const summary = await inImportTransaction(database, async (db): Promise<ImportSummary> => {
    await lockImports(db.$kysely)
    const { owner, isNew } = await openDataset(db, input, isTable)
    const file = await (isTable ? importTable : importRows)(db, owner, input)
    if (findPublishedVersion(input.dataset) !== null) await joinTrainedRuns(db.$kysely, owner.datasetId)
    await recordSourceFile(db.$kysely, owner.datasetId, file)
    await keepCounts(db.$kysely, owner.datasetId)
    return { outcome: isNew ? 'IMPORTED' : 'REPLACED', ...file, ...(await countImported(db.$kysely, owner.datasetId)) }
  })
  await analyzeTables(database.kysely, ['activations', 'expressions', 'evaluations', 'fisher_spectra', 'source_rows'])
  // If the process ends before, a server does it.
  await keepOutdatedCounts(database)
  return summary
}

/** Creates the dataset, or deletes the rows of its earlier import. */
async function openDataset(
  db: Db,
  { dataset: name, describe = {}, isReplacing = false }: ImportFileInput,
  isTable: boolean,
): Promise<{ owner: DatasetVersion; isNew: boolean }> {
  const { title, description, architecture, task, license, citation, sourceUrl, recipeDescription } = describe
  const dataset = await upsertImportedDataset(db.$kysely, {
    ...{ name, defaultSearchSpace: ACT_BENCH_SCHEMAS, recipeVersion: findPublishedVersion(name) },
    ...{ title, description, architecture, task, license, citation, sourceUrl, recipeDescription },
    searchSpace: describe.searchSpace && getValidSearchSpace(describe.searchSpace),
  })
  if (!dataset) throw notImported(name)
  const { id, version, isNew, isFirst } = dataset
  // Another import may have been faster.
  if (!isFirst && !isReplacing) throw new ActbenchError('CONFLICT', `dataset: another import of ${name} has just ended`)
  if (!isNew) await clearDataset(db, name, id, isTable)
  return { owner: { datasetId: id, datasetVersion: version }, isNew: isFirst }
}

/** A published dataset may be trained before its file is imported, and keeps its runs. */
async function clearDataset(db: Db, name: string, id: number, isTable: boolean): Promise<void> {
  if (findPublishedVersion(name) === null) return clearImported(db.$kysely, id)
  const kept = await clearPublished(db.$kysely, id)
  if (kept === 0 || !isTable) return
  const message = `dataset: ${name} has functions that were trained here; expected its published file, or another name for the table`
  throw new ActbenchError('CONFLICT', message)
}

function isTrainedBefore({ name, origin }: { name: string; origin: string }): boolean {
  return origin === 'TRAINED' && findPublishedVersion(name) !== null
}

function notImported(name: string): ActbenchError {
  return new ActbenchError('CONFLICT', `dataset: ${name} was not imported from a file, so no file can replace it`)
}
