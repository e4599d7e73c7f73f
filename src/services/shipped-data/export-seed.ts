import type { EpochValues, RunLine } from '../../datasets/shipped/run-line.js'
import { type SeedData, writeSeedFolder } from '../../datasets/shipped/seed-folder.js'
import type { SeedManifest } from '../../datasets/shipped/seed-manifest.js'
import type { Database } from '../../db/connection/client.js'
import { listExportedEvaluations, listExportedRuns, listOtherSpectra } from '../../db/exports/list-exported.js'
import { openSnapshot } from '../../db/exports/open-snapshot.js'
import type { Dataset } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { getDataset } from '../datasets/get-dataset.js'
import { exportSurrogates } from './export-surrogate.js'

export interface ExportSeedInput {
  readonly dataset: string
  readonly folder: string
  /** The shell commands that made the data, for the manifest. */
  readonly commands: readonly string[]
}

/**
 * Writes the files of a shipped dataset: the functions that were trained in its current version, with runs, learning
 * curves, all spectra and the newest surrogate of each algorithm. Equal data give equal bytes. Throws NOT_FOUND, and CONFLICT for a dataset
 * that was not trained here.
 */
export async function exportSeed(
  database: Database,
  { dataset: name, folder, commands }: ExportSeedInput,
): Promise<SeedManifest> {
  const dataset = await getDataset(database.prisma, name)
  if (dataset.origin !== 'TRAINED')
    throw new ActbenchError(
      'CONFLICT',
      `dataset: ${name} was not trained here; expected origin TRAINED, got ${dataset.origin}`,
    )
  const data = await readData(database, dataset)
  return writeSeedFolder(folder, describeData(dataset, data, commands), data)
}

/** Reads all files from one snapshot, so that they agree even if a training ends meanwhile. */
async function readData(database: Database, { id, name, version }: Dataset): Promise<SeedData> {
  const { db, close } = await openSnapshot(database)
  try {
    const evaluations = await listExportedEvaluations(db, id, version)
    const runs = await listExportedRuns(db, id, version)
    return {
      entries: evaluations.map(({ expression, equivalents, spectrum, ...metrics }) => ({
        ...{ expression, equivalents, spectrum, metrics },
      })),
      runs: runs.map((run): RunLine => {
        const { epochs, learnedParameters, endReason, ...rest } = run
        const learned = { ...(learnedParameters && { learnedParameters }), ...(endReason && { endReason }) }
        return { dataset: name, version, ...rest, epochs: epochs as unknown as readonly EpochValues[], ...learned }
      }),
      spectra: await listOtherSpectra(db, id, version),
      surrogates: await exportSurrogates(db, id),
    }
  } finally {
    await close()
  }
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
