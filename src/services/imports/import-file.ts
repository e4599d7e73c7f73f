import type pg from 'pg'
import { ACT_BENCH_SCHEMAS } from '../../activations/search-space.js'
import { PUBLISHED_DATASETS } from '../../datasets/published-datasets.js'
import { type CheckedRow, checkRows } from '../../datasets/reading/check-rows.js'
import { compressRow } from '../../datasets/reading/kept-row.js'
import type { RowIssue } from '../../datasets/reading/parse-row.js'
import { computeChecksum, openRows, type ReadProgress } from '../../datasets/reading/read-rows.js'
import type { Database } from '../../db/connection/client.js'
import { withTransaction } from '../../db/connection/with-transaction.js'
import { clearImported, deleteImported, insertImported } from '../../db/evaluations/insert-imported.js'
import type { Dataset } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { storeExpressions } from '../activations/store-expressions.js'
import { getValidDatasetName } from '../datasets/dataset-name.js'
import { lockSeeds } from '../shipped-data/seed-state.js'
import { queueDueSurrogate } from '../surrogates/queue-due-surrogate.js'

/**
 * What the file itself does not say of its dataset; what is absent stays as it is, or is said to be unknown. The address
 * is the one of this file: another file's does not stay.
 */
export interface DatasetDescription {
  readonly title?: string
  readonly description?: string
  readonly architecture?: string
  readonly task?: string
  readonly license?: string
  readonly citation?: string
  readonly sourceUrl?: string
}

export interface ImportFileInput {
  readonly path: string
  readonly dataset: string
  readonly describe?: DatasetDescription
  /** Whether what was imported before may be replaced. @defaultValue false */
  readonly isReplacing?: boolean
  /** Of the spectra. @defaultValue the most frequent one */
  readonly spectrumLength?: number | null
  onRow?(rows: number, progress: ReadProgress): void
  onIssue?(issue: RowIssue): void
}

export interface ImportSummary {
  readonly outcome: 'IMPORTED' | 'REPLACED' | 'UNCHANGED'
  readonly rows: number
  readonly evaluations: number
  readonly spectra: number
  readonly spectrumLength: number | null
  /** SHA-256 of the JSON. */
  readonly checksum: string
  /** Of the JSON. */
  readonly bytes: number
}

/**
 * Imports an Act-Bench file, plain or gzip, as a dataset of origin IMPORTED, all or nothing, in one transaction. The same
 * file again changes nothing. A surrogate is queued where one is due. Throws `MalformedFileError` with the byte where the file is wrong or cut off; CONFLICT where
 * the dataset holds another file and `isReplacing` is not set, or was not imported; BAD_USER_INPUT for its name.
 */
export async function importFile(database: Database, input: ImportFileInput): Promise<ImportSummary> {
  const { dataset: name, path } = input
  getValidDatasetName('dataset', name)
  const existing = await database.prisma.dataset.findUnique({ where: { name } })
  if (existing) {
    if (existing.origin !== 'IMPORTED') throw new ActbenchError('CONFLICT', `the dataset ${name} was not imported`)
    const checksum = input.isReplacing ? null : await computeChecksum(path)
    if (checksum !== null && existing.sourceChecksum !== checksum) {
      throw new ActbenchError(
        'CONFLICT',
        `the dataset ${name} was imported from another file: replace it with --replace`,
      )
    }
    if (checksum !== null) {
      // The process that imported it may have been killed before it came to this.
      await queueDueSurrogate(database, name)
      return summariseUnchanged(database, existing)
    }
  }
  const summary = await withTransaction(database.pool, (client) => importRows(client, input))
  await database.pool.query('ANALYZE activations, expressions, evaluations, fisher_spectra, source_rows')
  await queueDueSurrogate(database, name)
  return summary
}

/** What travels at a time: so many bytes of the file, some 16 rows of a published one, or so many rows. */
const BATCH_BYTES = 2 ** 21
const BATCH_ROWS = 200

async function importRows(client: pg.ClientBase, input: ImportFileInput): Promise<ImportSummary> {
  await client.query("SET LOCAL actbench.quiet = 'on'")
  await lockSeeds(client)
  const { owner, isNew } = await upsertDataset(client, input)
  const { rows: sources, progress, checksum } = openRows(input.path)
  const found = { spectrumLength: input.spectrumLength ?? null }
  const checked = checkRows(sources, found)
  let batch: PendingRow[] = []
  let batchBytes = 0
  let storing: Promise<void> = Promise.resolve()
  // One batch is stored while the next one is read.
  const flush = async () => {
    const rows = batch
    batch = []
    batchBytes = 0
    await storing
    storing = storeBatch(client, owner, rows)
    storing.catch(() => {})
  }
  let position = 0
  for await (const row of checked) {
    if (row.isRepeated) {
      await flush()
      await storing
      await deleteImported(client, owner.datasetId, row.expression as string)
    }
    const bytes = compressRow(row.source.bytes)
    bytes.catch(() => {})
    batch.push({ row, position: position++, bytes })
    for (const issue of row.issues) input.onIssue?.(issue)
    input.onRow?.(position, progress)
    batchBytes += row.source.bytes.length
    if (batch.length >= BATCH_ROWS || batchBytes >= BATCH_BYTES) await flush()
  }
  await flush()
  await storing
  const file = { spectrumLength: found.spectrumLength, checksum: checksum(), bytes: progress.bytes }
  await client.query(FINISH, [owner.datasetId, file.spectrumLength, file.checksum, file.bytes])
  const { rows } = await client.query<Counts>(COUNT, [owner.datasetId])
  return { outcome: isNew ? 'IMPORTED' : 'REPLACED', ...file, ...rows[0] }
}

type Counts = Pick<ImportSummary, 'rows' | 'evaluations' | 'spectra'>

interface PendingRow {
  readonly row: CheckedRow
  readonly position: number
  readonly bytes: Promise<Buffer>
}

type Owner = Parameters<typeof insertImported>[1]

async function storeBatch(client: pg.ClientBase, owner: Owner, pending: readonly PendingRow[]): Promise<void> {
  if (pending.length === 0) return
  const ids = await storeExpressions(
    client,
    pending.flatMap(({ row }) => (row.expression === null ? [] : row.equivalents)),
  )
  const rows = pending.map(async ({ row, position, bytes }) => ({
    ...{ position, byteOffset: row.source.byteOffset, listed: row.equivalents, bytes: await bytes },
    evaluation:
      row.expression === null
        ? null
        : {
            ...{ activationId: ids.get(row.expression) as number, expression: row.expression },
            ...{ metrics: row.metrics, spectrum: row.spectrum },
          },
  }))
  await insertImported(client, owner, await Promise.all(rows))
}

async function upsertDataset(
  client: pg.ClientBase,
  { dataset: name, describe = {}, isReplacing = false }: ImportFileInput,
): Promise<{ owner: Owner; isNew: boolean }> {
  const { title, description, architecture, task, license, citation, sourceUrl } = describe
  const given = [title, description, architecture, task, license, citation, sourceUrl].map((text) => text ?? null)
  const { rows } = await client.query<{ id: number; version: string; is_new: boolean }>(UPSERT_DATASET, [
    ...[name, ACT_BENCH_SCHEMAS],
    ...given,
    name in PUBLISHED_DATASETS,
  ])
  if (rows.length === 0) throw new ActbenchError('CONFLICT', `the dataset ${name} was not imported`)
  const [{ id, version, is_new: isNew }] = rows
  // Another import may have been faster.
  if (!isNew && !isReplacing) throw new ActbenchError('CONFLICT', `the dataset ${name} was imported meanwhile`)
  if (!isNew) await clearImported(client, id)
  return { owner: { datasetId: id, datasetVersion: version }, isNew }
}

async function summariseUnchanged({ pool }: Database, dataset: Dataset): Promise<ImportSummary> {
  const { rows } = await pool.query<Counts>(COUNT, [dataset.id])
  const { fisherSpectrumLength: spectrumLength, sourceChecksum } = dataset
  return {
    outcome: 'UNCHANGED',
    ...rows[0],
    spectrumLength,
    checksum: sourceChecksum ?? '',
    bytes: dataset.sourceBytes ?? 0,
  }
}

const UPSERT_DATASET = `
  INSERT INTO datasets AS d (name, search_space, title, description, architecture, task, license, citation, source_url,
    trainable, version, origin)
  VALUES ($1, $2, coalesce($3, $1), coalesce($4, 'Imported.'), coalesce($5, 'unknown'), coalesce($6, 'unknown'), $7, $8,
    $9, $10, '1', 'IMPORTED')
  ON CONFLICT (name) DO UPDATE
  SET title = coalesce($3, d.title), description = coalesce($4, d.description),
    architecture = coalesce($5, d.architecture), task = coalesce($6, d.task), license = coalesce($7, d.license),
    citation = coalesce($8, d.citation), source_url = $9, version = (d.version::int + 1)::text,
    trainable = false, updated_at = now()
  WHERE d.origin = 'IMPORTED'
  RETURNING id, version, (xmax = 0) AS is_new`

const FINISH = `UPDATE datasets SET fisher_spectrum_length = $2, source_checksum = $3, source_bytes = $4 WHERE id = $1`

const COUNT = `
  SELECT (SELECT count(*)::int FROM source_rows WHERE dataset_id = $1) AS rows,
    (SELECT count(*)::int FROM evaluations WHERE dataset_id = $1) AS evaluations,
    (SELECT count(*)::int FROM fisher_spectra WHERE dataset_id = $1) AS spectra`
