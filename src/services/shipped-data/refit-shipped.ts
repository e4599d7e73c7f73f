import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { listSeedManifests, writeSurrogates } from '../../datasets/shipped/seed-folder.js'
import { LITERATURE_FILE } from '../../datasets/shipped/seed-manifest.js'
import type { SeedSurrogate } from '../../datasets/shipped/seed-surrogate.js'
import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { SurrogateAlgorithm } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { fitSurrogate } from '../surrogates/fit-surrogate.js'
import { queueSurrogate } from '../surrogates/queue-surrogate.js'
import { recordSurrogate, startFit } from '../surrogates/record-surrogate.js'
import { exportSurrogates } from './export-surrogate.js'
import { importSeed } from './import-seed.js'

const ALGORITHMS: readonly SurrogateAlgorithm[] = ['UMAP_KNN', 'GAUSSIAN_PROCESS']

export interface RefitShippedOptions {
  /** The folder of the shipped data. */
  readonly seedFolder: string
  readonly dataset: string
  readonly onProgress?: (algorithm: SurrogateAlgorithm, share: number) => void
}

/**
 * Fits the surrogates of a shipped dataset to its files again, and replaces the files of its surrogates. It imports the dataset
 * without the functions of the literature, which other databases get later. Throws NOT_FOUND for a dataset that does not ship,
 * and CONFLICT if the database has it already, because it may have other measurements.
 */
export async function refitShipped(
  database: Database,
  { seedFolder, dataset: name, onProgress }: RefitShippedOptions,
): Promise<readonly SeedSurrogate[]> {
  const shipped = listSeedManifests(seedFolder).find(({ manifest }) => manifest.name === name)
  if (!shipped) throw new ActbenchError('NOT_FOUND', `dataset: expected one that ships with the product, got '${name}'`)
  if (await database.prisma.dataset.findUnique({ where: { name } })) {
    throw new ActbenchError(
      'CONFLICT',
      `dataset: the database has ${name}; expected an empty data folder (ACTBENCH_DATA)`,
    )
  }
  const copy = mkdtempSync(join(tmpdir(), 'actbench-refit-'))
  try {
    const isMeasured = (path: string) => basename(path) !== LITERATURE_FILE
    cpSync(shipped.folder, join(copy, name), { recursive: true, filter: isMeasured })
    await importSeed(database, { seedFolder: copy })
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
  const { id: datasetId } = await database.prisma.dataset.findUniqueOrThrow({ where: { name } })
  for (const algorithm of ALGORITHMS) {
    const queued = await inTransaction(database, (db) => queueSurrogate(db, { datasetId, algorithm, apiKeyId: null }))
    const started = await startFit(database.prisma, queued.id)
    if (!started) throw new ActbenchError('CONFLICT', `surrogate: another process fits version ${queued.version}`)
    const fit = await fitSurrogate(database, started, { onProgress: (share) => onProgress?.(algorithm, share) })
    await recordSurrogate(database, started, fit)
  }
  const surrogates = await exportSurrogates(database.kysely, datasetId)
  writeSurrogates(shipped.folder, shipped.manifest, surrogates)
  return surrogates
}
