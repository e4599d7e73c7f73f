import type { EpochValues, RunLine } from '../../datasets/shipped/run-line.js'
import { type SeedData, writeSeedFolder } from '../../datasets/shipped/seed-folder.js'
import type { SeedManifest } from '../../datasets/shipped/seed-manifest.js'
import type { Database, Db } from '../../db/connection/client.js'
import { openKyselyOn } from '../../db/connection/kysely.js'
import { withTransaction } from '../../db/connection/with-transaction.js'
import { listExportedEvaluations, listExportedRuns, listOtherSpectra } from '../../db/exports/list-exported.js'
import type { Dataset } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { getDataset } from '../datasets/get-dataset.js'
import { exportSurrogate } from './export-surrogate.js'

export interface ExportSeedInput {
  readonly dataset: string
  readonly folder: string
  /** How the data were made: shell commands, for the manifest. */
  readonly commands: readonly string[]
}

/**
 * Writes the files of a shipped dataset: what was trained in its present version, with runs, learning curves and all
 * spectra and the newest surrogate. Equal data give equal bytes. Throws
 * NOT_FOUND, and CONFLICT for a dataset that is not trained here.
 */
export async function exportSeed(
  database: Database,
  { dataset: name, folder, commands }: ExportSeedInput,
): Promise<SeedManifest> {
  const dataset = await getDataset(database.prisma, name)
  if (dataset.origin !== 'TRAINED') throw new ActbenchError('CONFLICT', `the dataset '${name}' was not trained here`)
  const data = await readData(database, dataset)
  return writeSeedFolder(folder, describeData(dataset, data, commands), data)
}

/** One snapshot for all queries: what is trained meanwhile is in all of the files or in none. */
function readData({ pool }: Database, { id, name, version }: Dataset): Promise<SeedData> {
  return withTransaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const db = openKyselyOn(client)
    const evaluations = await listExportedEvaluations(db, id, version)
    const runs = await listExportedRuns(db, id, version)
    return {
      entries: evaluations.map(({ expression, equivalents, spectrum, ...metrics }) => ({
        ...{ expression, equivalents, spectrum, metrics },
      })),
      runs: runs.map((run): RunLine => {
        const { epochs, ...rest } = run
        return { dataset: name, version, ...rest, epochs: epochs as unknown as readonly EpochValues[] }
      }),
      spectra: await listOtherSpectra(db, id, version),
      surrogate: await exportSurrogate({ $kysely: db } as Db, id),
    }
  })
}

function describeData(dataset: Dataset, data: SeedData, commands: readonly string[]): Omit<SeedManifest, 'files'> {
  const { name, version, title, description, architecture, task, searchSpace, fisherSpectrumLength } = dataset
  const distinct = <Value>(values: readonly (Value | null)[]) =>
    [...new Set(values)].filter((value) => value !== null).sort()
  return {
    ...{ name, version, title, description, architecture, task, searchSpace, fisherSpectrumLength },
    license: dataset.license ?? '',
    citation: dataset.citation ?? '',
    commands: [...commands],
    seeds: distinct(data.runs.map((run) => run.seed)) as number[],
    backends: distinct(data.runs.map((run) => run.backend)) as string[],
    softwareVersions: distinct(data.runs.map((run) => run.softwareVersion)) as string[],
    counts: {
      evaluations: data.entries.length,
      runs: data.runs.length,
      spectra: data.spectra.length + data.entries.filter((entry) => entry.spectrum).length,
    },
  }
}
