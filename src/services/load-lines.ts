import { parseRunLine } from '../datasets/run-line.js'
import { isSpectrumLine, parseSpectrumLine } from '../datasets/spectrum-line.js'
import type { Database } from '../db/client.js'
import { withTransaction } from '../db/with-transaction.js'
import { ActbenchError } from '../errors.js'
import { storeMeasured } from './store-measured.js'

export interface LoadedLines {
  readonly runs: number
  readonly spectra: number
}

/**
 * Adds the lines that bulk work wrote, runs and spectra, to their dataset, in one transaction; what is there already
 * stays. Throws NOT_FOUND for an unknown dataset and CONFLICT for lines of another dataset or version.
 */
export async function loadLines(database: Database, name: string, lines: readonly string[]): Promise<LoadedLines> {
  const dataset = await database.prisma.dataset.findUnique({ where: { name } })
  if (!dataset) throw new ActbenchError('NOT_FOUND', `there is no dataset '${name}'`)
  const runs = lines.filter((line) => !isSpectrumLine(line)).map(parseRunLine)
  const spectra = lines.filter(isSpectrumLine).map(parseSpectrumLine)
  const stranger = [...runs, ...spectra].find((line) => line.dataset !== name || line.version !== dataset.version)
  if (stranger) {
    throw new ActbenchError(
      'CONFLICT',
      `a line is of ${stranger.dataset} version ${stranger.version}, the dataset is ${name} version ${dataset.version}`,
    )
  }
  const owner = { datasetId: dataset.id, datasetVersion: dataset.version }
  const added = await withTransaction(database.pool, async (client) => {
    await client.query("SET LOCAL actbench.quiet = 'on'")
    return storeMeasured(client, owner, { entries: [], runs, spectra })
  })
  return { runs: added.runs, spectra: spectra.length }
}
