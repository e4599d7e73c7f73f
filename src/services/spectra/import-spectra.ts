import { createHash } from 'node:crypto'
import type { RowIssue } from '../../datasets/reading/parse-row.js'
import { openSpectra } from '../../datasets/spectra/read-spectra.js'
import { type SpectrumRow, withIssue } from '../../datasets/spectra/spectrum-row.js'
import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { analyzeTables, inImportTransaction, lockImports } from '../../db/imports/import-transaction.js'
import { toLittleEndianBytes } from '../../db/statements/float32.js'
import { ActbenchError } from '../../errors.js'
import { storeExpressions } from '../activations/store-expressions.js'
import { getDataset } from '../datasets/get-dataset.js'
import { refitForSpectra } from '../surrogates/refit-when-due.js'
import { requireGivenSpectra } from './require-given-spectra.js'
import { openSpectraTarget, type SpectraTarget, type StoredSpectra, storeSpectra } from './store-spectra.js'

/** A file with spectra, and what to do with them. */
export interface ImportSpectraInput {
  readonly dataset: string
  readonly path: string
  /** The expressions of the rows, if the file is a NumPy array. */
  readonly expressionsPath?: string
  /** Whether other values replace those that are stored. @defaultValue false */
  readonly replaces?: boolean
  /** Whether wrong rows are left out. Otherwise nothing is stored if a row is wrong. @defaultValue false */
  readonly skipsWrong?: boolean
  /** Length of the spectra of a dataset that has none yet. @defaultValue that of the first spectrum */
  readonly spectrumLength?: number
  onRow?(rows: number, progress: { readonly fileBytes: number }): void
  onIssue?(issue: RowIssue): void
}

export interface ImportedSpectra extends StoredSpectra {
  readonly rows: number
  /** Rows that were left out. */
  readonly wrong: number
  /** Number of values of a spectrum; null if the dataset has none. */
  readonly length: number | null
}

/** A batch has at most this many numbers (8 MB), and this many rows. */
const BATCH_VALUES = 2 ** 21
const BATCH_ROWS = 500

/**
 * Adds the spectra of a file to a dataset that the service does not train, in one transaction: all or none. The same file
 * again changes nothing. Throws NOT_FOUND, FORBIDDEN, CONFLICT if a function has another spectrum and `replaces` is not set,
 * or an error with the place if the file is malformed or a row is wrong.
 */
export async function importSpectra(database: Database, input: ImportSpectraInput): Promise<ImportedSpectra> {
  const { dataset: name, onRow, skipsWrong = false } = input
  const { id, ...imported } = await inImportTransaction(database, async (db) => {
    await lockImports(db.$kysely)
    const dataset = await getDataset(db, name)
    requireGivenSpectra(dataset)
    const writer = openWriter(db, await openSpectraTarget(db, dataset, input.spectrumLength), input)
    const { rows, progress } = await openSpectra(input.path, input.expressionsPath)
    for await (const row of rows) {
      await writer.add(row)
      onRow?.(writer.counts.rows, progress)
    }
    await writer.flush()
    const { wrong, rows: all } = writer.counts
    // If most rows are wrong, the first one probably had a wrong length.
    if (skipsWrong ? wrong > all / 2 : wrong > 0) throw tooManyWrong(writer.counts, writer.firstIssue as RowIssue)
    return { id: dataset.id, ...writer.counts, length: writer.target.length }
  })
  await analyzeTables(database.kysely, ['activations', 'expressions', 'fisher_spectra'])
  if (imported.added + imported.replaced > 0) await inTransaction(database, (db) => refitForSpectra(db, id))
  return imported
}

function tooManyWrong({ rows, wrong }: { rows: number; wrong: number }, first: RowIssue): ActbenchError {
  const message = `${wrong} of ${rows} rows are wrong, so nothing was stored; the first: ${first.message}; --skip-wrong leaves out wrong rows, up to half of all`
  return new ActbenchError('CONFLICT', message)
}

function openWriter(db: Db, target: SpectraTarget, { replaces = false, onIssue }: ImportSpectraInput) {
  const counts = { rows: 0, wrong: 0, added: 0, replaced: 0, unchanged: 0 }
  /** The first row of each function. */
  const seen = new Map<number, { readonly place: string; readonly bytes: string }>()
  let batch: SpectrumRow[] = []
  let values = 0
  const writer = {
    counts,
    target,
    firstIssue: null as RowIssue | null,
    async add(row: SpectrumRow) {
      counts.rows++
      if (row.expression === null) return leaveOut(row)
      batch.push(row)
      values += row.values?.length ?? 0
      if (batch.length >= BATCH_ROWS || values >= BATCH_VALUES) await writer.flush()
    },
    async flush() {
      const rows = batch
      batch = []
      values = 0
      const ids = await storeExpressions(
        db,
        rows.flatMap(({ expression }) => expression ?? []),
      )
      const fresh = rows.filter((row) => isFirst(row, ids.get(row.expression as string) as number))
      const spectra = fresh.map((row) => ({ ...row, activationId: ids.get(row.expression as string) as number }))
      const stored = await storeSpectra(db, target, spectra, {
        replaces,
        refuse: (index, problem, message) => refuse(fresh[index], problem, message),
        onRefused: (error) => {
          if (error.code === 'CONFLICT') throw error
        },
      })
      counts.added += stored.added
      counts.replaced += stored.replaced
      counts.unchanged += stored.unchanged
    },
  }
  const leaveOut = (row: SpectrumRow) => {
    counts.wrong++
    for (const issue of row.issues) {
      writer.firstIssue ??= issue
      onIssue?.(issue)
    }
  }
  const refuse = (row: SpectrumRow, problem: 'length' | 'value', message: string): ActbenchError => {
    const text = `the spectrum of ${row.key.slice(0, 80)}: ${message}`
    if (problem === 'value') return new ActbenchError('CONFLICT', `${row.place}: ${text}; replace it with --replace`)
    leaveOut(withIssue(row, 'WRONG_SPECTRUM_LENGTH', text))
    return new ActbenchError('BAD_USER_INPUT', text)
  }
  /** False for a function that an earlier row has; with other values that is an issue. */
  const isFirst = (row: SpectrumRow, activationId: number): boolean => {
    const bytes = hash(row.values)
    const first = seen.get(activationId)
    if (first === undefined) seen.set(activationId, { place: row.place, bytes })
    else if (first.bytes === bytes) counts.unchanged++
    else {
      const problem = `${row.key.slice(0, 80)} is the function of ${first.place}, which has another spectrum`
      leaveOut(withIssue(row, 'REPEATED_SPECTRUM', problem))
    }
    return first === undefined
  }
  return writer
}

function hash(values: Float32Array | null): string {
  return createHash('sha256')
    .update(values ? toLittleEndianBytes(values) : '')
    .digest('base64')
}
