import { parseRunLine } from '../../datasets/shipped/run-line.js'
import { SHIPPED_DESCRIPTIONS } from '../../datasets/shipped/shipped-descriptions.js'
import { isSpectrumLine, parseSpectrumLine } from '../../datasets/shipped/spectrum-line.js'
import type { Database } from '../../db/connection/client.js'
import { withTransaction } from '../../db/connection/with-transaction.js'
import { ActbenchError } from '../../errors.js'
import { datasetNotFound } from '../datasets/get-dataset.js'
import { storeMeasured } from './store-measured.js'
import { upsertShippedDataset } from './upsert-shipped-dataset.js'

export interface LoadedLines {
  readonly runs: number
  readonly spectra: number
}

/**
 * Adds the lines that bulk work wrote, runs and spectra, to their dataset, in one transaction; what is there already
 * stays. A dataset that this project ships is created where it is missing. Throws NOT_FOUND for any other unknown dataset
 * and CONFLICT for lines of another dataset or version.
 */
export async function loadLines(database: Database, name: string, lines: readonly string[]): Promise<LoadedLines> {
  const shipped = SHIPPED_DESCRIPTIONS.get(name)
  const dataset = (await database.prisma.dataset.findUnique({ where: { name } })) ?? shipped
  if (!dataset) throw datasetNotFound(name)
  const runs = lines.filter((line) => !isSpectrumLine(line)).map(parseRunLine)
  const spectra = lines.filter(isSpectrumLine).map(parseSpectrumLine)
  const stranger = [...runs, ...spectra].find((line) => line.dataset !== name || line.version !== dataset.version)
  if (stranger) {
    throw new ActbenchError(
      'CONFLICT',
      `a line is of ${stranger.dataset} version ${stranger.version}, the dataset is ${name} version ${dataset.version}`,
    )
  }
  const added = await withTransaction(database.pool, async (client) => {
    await client.query("SET LOCAL actbench.quiet = 'on'")
    const datasetId = 'id' in dataset ? dataset.id : await upsertShippedDataset(client, dataset)
    const owner = { datasetId, datasetVersion: dataset.version }
    return storeMeasured(client, owner, { entries: [], runs, spectra })
  })
  return { runs: added.runs, spectra: spectra.length }
}
