import { join } from 'node:path'
import { computeActBenchClasses } from '../../datasets/act-bench-space.js'
import { listSeedManifests, readLiteratureLines, readSeedData } from '../../datasets/shipped/seed-folder.js'
import { SEED_FILES, type SeedManifest } from '../../datasets/shipped/seed-manifest.js'
import type { Database, Db } from '../../db/connection/client.js'
import { listForeignNames, upsertShippedDataset } from '../../db/datasets/upsert-datasets.js'
import { keepCounts } from '../../db/evaluations/keep-counts.js'
import { analyzeTables, inImportTransaction, lockImports } from '../../db/imports/import-transaction.js'
import { findShippedChecksum, nameShippedSnapshot, recordShippedChecksum } from '../../db/imports/shipped-checksums.js'
import { PROJECT_ROOT } from '../../root.js'
import { storeActivations } from '../activations/store-activations.js'
import { keepOutdatedCounts } from '../evaluations/counts-watch.js'
import { queueDueSurrogate } from '../surrogates/queue-due-surrogate.js'
import { FIT_METHOD } from '../surrogates/record-surrogate.js'
import { refitOutdated } from '../surrogates/refit-outdated.js'
import { importSurrogate } from './import-surrogate.js'
import { parseLines } from './load-lines.js'
import { takeShippedSnapshot } from './shipped-snapshot.js'
import { storeMeasured } from './store-measured.js'
import { ONE_OPERATOR_CHECKSUM, sortSpellings, storeOneOperatorFunctions } from './store-stock.js'

/** A part of the shipped data that was imported. */
export interface ImportedSeed {
  readonly name: string
  readonly activations?: number
  readonly evaluations?: number
  readonly runs?: number
  /** Number of functions whose names an earlier version got wrong. */
  readonly names?: number
  /** Number of surrogates that are fitted again, because an earlier version fitted them in another way. */
  readonly fits?: number
  /** Number of new snapshots. */
  readonly snapshots?: number
  readonly seconds: number
}

export interface ImportSeedOptions {
  /** The folder of the shipped data. @defaultValue `seed/` of the product */
  readonly seedFolder?: string
  /** Called before each part that is missing, with the number of parts before it. */
  onProgress?(done: number, total: number, name: string): void
  /** Called for a shipped dataset that is left out, because another dataset has its name. */
  onLeftOut?(dataset: string): void
  /** Called when a part is stored. */
  onImported?(part: ImportedSeed): void
}

/**
 * Imports the shipped data that are not in the database yet: the functions of one operator, the Act-Bench space and the
 * datasets of `seed/`, with functions of the literature. It also corrects the names that an earlier version stored. Each
 * part is one transaction, so a process that is killed leaves no incomplete part, and the next process continues. A dataset
 * of an older form gets the new rows; rows that were trained or reported here stay. A shipped surrogate is READY at once. If
 * there is none, or many rows are new, a surrogate is queued. A dataset of a client, a file or a registered task keeps its
 * name and its rows; the shipped one is imported once the name is free. Returns the parts that were imported now. Snapshots
 * are made later: see `importShippedSnapshots`.
 */
export async function importSeed(database: Database, options: ImportSeedOptions = {}): Promise<ImportedSeed[]> {
  const { seedFolder = SEED_FOLDER } = options
  const manifests = listSeedManifests(seedFolder)
  // A dataset whose shipped surrogates are of an earlier method waits for newer ones: a first start fits nothing.
  const outdated = manifests
    .map(({ manifest }) => manifest)
    .filter(({ files, surrogateMethod = 1 }) => SEED_FILES.gaussianProcess in files && surrogateMethod < FIT_METHOD)
    .map(({ name }) => name)
  const imports: Part[] = [
    { name: 'names', checksum: NAMES_VERSION, work: (db) => sortSpellings(db, seedFolder) },
    { name: 'operators', checksum: ONE_OPERATOR_CHECKSUM, work: storeOneOperatorFunctions },
    { name: SPACE_NAME, checksum: SPACE_VERSION, work: importSpace },
    ...manifests.map(({ folder, manifest, checksum }) => ({
      ...{ name: manifest.name, dataset: manifest.name, checksum },
      work: (db: Db) => importDataset(db, folder, manifest),
    })),
    ...manifests.flatMap(({ folder, manifest }) => toLiteraturePart(folder, manifest)),
    // After the datasets, whose shipped surrogates replace earlier ones.
    {
      name: 'surrogates',
      checksum: `${FIT_METHOD} without ${outdated.join()}`,
      work: async (db) => ({ fits: await refitOutdated(db, outdated) }),
    },
  ]
  const imported = await importParts(database, imports, options)
  if (imported.length > 0) {
    await analyzeTables(database.kysely)
    await keepOutdatedCounts(database)
  }
  return imported
}

/**
 * Makes the snapshots of the shipped datasets that do not exist yet, each in one transaction. A start does this when it
 * serves already. After a kill, the next start makes the missing ones; two processes never make the same one.
 */
export async function importShippedSnapshots(
  database: Database,
  options: ImportSeedOptions = {},
): Promise<ImportedSeed[]> {
  const parts = listSeedManifests(options.seedFolder ?? SEED_FOLDER).map(({ folder, manifest, checksum }) =>
    toSnapshotPart(folder, manifest, checksum),
  )
  return importParts(database, parts, options)
}

/** Imports those parts that are missing or have another checksum, and returns them. */
async function importParts(
  database: Database,
  parts: readonly Part[],
  { onProgress = () => {}, onImported, onLeftOut = () => {} }: ImportSeedOptions,
): Promise<ImportedSeed[]> {
  const imported: ImportedSeed[] = []
  const names = parts.flatMap(({ dataset }) => dataset ?? [])
  const foreign = names.length > 0 ? await listForeignNames(database.kysely, names) : new Set<string>()
  for (const name of foreign) onLeftOut(name)
  for (const [i, { name, dataset, checksum, work }] of parts.entries()) {
    if (dataset && foreign.has(dataset)) continue
    if ((await findShippedChecksum(database.kysely, name)) === checksum) continue
    onProgress(i, parts.length, name)
    const started = performance.now()
    const counts = await inImportTransaction(database, async (db) => {
      await lockImports(db.$kysely)
      // Another process may have imported it before this one got the lock.
      if ((await findShippedChecksum(db.$kysely, name)) === checksum) return null
      const found = await work(db)
      await recordShippedChecksum(db.$kysely, name, checksum)
      return found
    })
    if (!counts || counts.names === 0 || counts.fits === 0 || counts.snapshots === 0) continue
    const part = { name, ...counts, seconds: (performance.now() - started) / 1000 }
    imported.push(part)
    onImported?.(part)
    if (dataset && !counts.snapshots) await queueDueSurrogate(database, dataset)
  }
  return imported
}

const SEED_FOLDER = join(PROJECT_ROOT, 'seed')
const SPACE_NAME = 'act-bench-space'
/** Raise it when the computation of identities or outputs changes. */
const SPACE_VERSION = '1'
/** Databases of versions that did not tell the spellings of clients apart lack this mark. */
const NAMES_VERSION = '1'

/** Something that is imported in one transaction, once for each checksum. */
interface Part {
  readonly name: string
  /** The dataset that gets the rows, if the part belongs to one. */
  readonly dataset?: string
  readonly checksum: string
  readonly work: (db: Db) => Promise<Counts>
}

type Counts = Pick<ImportedSeed, 'activations' | 'evaluations' | 'runs' | 'names' | 'fits' | 'snapshots'>

async function importSpace(db: Db): Promise<Counts> {
  const classes = computeActBenchClasses()
  await storeActivations(db, classes)
  return { activations: classes.length }
}

async function importDataset(db: Db, folder: string, manifest: SeedManifest): Promise<Counts> {
  const { entries, runs, spectra, surrogates } = readSeedData(folder, manifest)
  const datasetId = await upsertShippedDataset(db.$kysely, manifest)
  const owner = { datasetId, datasetVersion: manifest.version }
  const own = entries.flatMap(({ expression, spectrum }) =>
    spectrum ? [{ expression, values: spectrum, reason: null }] : [],
  )
  const measured = { entries, runs, spectra: [...own, ...spectra] }
  const counts = await storeMeasured(db, owner, measured, { replacesShipped: true })
  await keepCounts(db.$kysely, datasetId)
  for (const surrogate of surrogates) await importSurrogate(db, owner.datasetId, surrogate)
  return counts
}

/** The measured functions of the literature of a dataset, which is imported before. */
function toLiteraturePart(folder: string, { name, version }: SeedManifest): Part[] {
  const file = readLiteratureLines(folder)
  if (!file) return []
  const work = async (db: Db) => {
    const { id: datasetId } = await db.dataset.findUniqueOrThrow({ where: { name } })
    const measured = { entries: [], ...parseLines(file.lines, { name, version }) }
    return storeMeasured(db, { datasetId, datasetVersion: version }, measured)
  }
  return [
    { name: `${name}, functions of the literature`, dataset: name, checksum: `${version} ${file.checksum}`, work },
  ]
}

/** The snapshot of the files of a dataset, with its functions of the literature. Raise the number if its form changes. */
function toSnapshotPart(folder: string, manifest: SeedManifest, checksum: string): Part {
  const literature = readLiteratureLines(folder)?.checksum ?? ''
  return {
    name: nameShippedSnapshot(manifest.name),
    dataset: manifest.name,
    checksum: `1 ${checksum} ${literature}`,
    work: async (db) => ({ snapshots: await takeShippedSnapshot(db, folder, manifest) }),
  }
}
