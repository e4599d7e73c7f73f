import { parseRunLine } from '../../datasets/shipped/run-line.js'
import { SHIPPED_DESCRIPTIONS } from '../../datasets/shipped/shipped-descriptions.js'
import { isSpectrumLine, parseSpectrumLine } from '../../datasets/shipped/spectrum-line.js'
import type { Database } from '../../db/connection/client.js'
import { upsertShippedDataset } from '../../db/datasets/upsert-datasets.js'
import { inImportTransaction } from '../../db/imports/import-transaction.js'
import { ActbenchError } from '../../errors.js'
import { datasetNotFound } from '../datasets/get-dataset.js'
import { type Measured, storeMeasured } from './store-measured.js'

export interface LoadedLines {
  readonly runs: number
  readonly spectra: number
}

/**
 * Adds runs and spectra, one line each as bulk work writes them, to their dataset, in one transaction. Stored rows stay. A
 * dataset that ships with the product is created if it is missing. Throws NOT_FOUND for any other unknown dataset and
 * CONFLICT for lines of another dataset or version.
 */
export async function loadLines(database: Database, name: string, lines: readonly string[]): Promise<LoadedLines> {
  const shipped = SHIPPED_DESCRIPTIONS.get(name)
  const dataset = (await database.prisma.dataset.findUnique({ where: { name } })) ?? shipped
  if (!dataset) throw datasetNotFound(name)
  const { runs, spectra } = parseLines(lines, { name, version: dataset.version })
  const added = await inImportTransaction(database, async (db) => {
    const datasetId = 'id' in dataset ? dataset.id : await upsertShippedDataset(db.$kysely, dataset)
    const owner = { datasetId, datasetVersion: dataset.version }
    return storeMeasured(db, owner, { entries: [], runs, spectra })
  })
  return { runs: added.runs, spectra: spectra.length }
}

/** Reads runs and spectra. Throws CONFLICT for a line of another dataset or version. */
export function parseLines(
  lines: readonly string[],
  { name, version }: { readonly name: string; readonly version: string },
): Pick<Measured, 'runs' | 'spectra'> {
  const runs = lines.filter((line) => !isSpectrumLine(line)).map(parseRunLine)
  const spectra = lines.filter(isSpectrumLine).map(parseSpectrumLine)
  const other = [...runs, ...spectra].find((line) => line.dataset !== name || line.version !== version)
  if (other) {
    throw new ActbenchError(
      'CONFLICT',
      `lines: expected ${name} version ${version}, got a line of ${other.dataset} version ${other.version}`,
    )
  }
  return { runs, spectra }
}
