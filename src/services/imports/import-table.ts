import { findRepeat, type TableRow } from '../../datasets/reading/parse-table.js'
import { openTable } from '../../datasets/reading/read-rows.js'
import { createTableSpectra } from '../../datasets/reading/table-spectra.js'
import type { Db } from '../../db/connection/client.js'
import type { SourceFile } from '../../db/datasets/upsert-datasets.js'
import { insertReportedRuns, lockReportedEvaluations } from '../../db/evaluations/insert-reported.js'
import { refreshMediansOf } from '../../db/evaluations/refresh-medians.js'
import { writeSpectra } from '../../db/features/given-spectra.js'
import type { NewSpectrum } from '../../db/features/insert-spectra.js'
import type { DatasetVersion } from '../../db/imports/insert-imported.js'
import { storeExpressions } from '../activations/store-expressions.js'
import { getValidMetadata } from '../evaluations/valid-metadata.js'
import type { FileToImport } from './import-rows.js'

/** Number of lines that are stored at once. */
const BATCH = 500
/** The same for lines with spectra, each of which may have 200 kB. */
const BATCH_OF_SPECTRA = 50

/**
 * Reads a table and stores each line as a run of its function, in the caller's transaction. The evaluation of a function is
 * the median of its runs. Throws `MalformedFileError`.
 */
export async function importTable(
  db: Db,
  { datasetId, datasetVersion }: DatasetVersion,
  { path, spectrumLength = null, onRow, onIssue }: FileToImport,
): Promise<SourceFile> {
  const { rows, progress, checksum } = openTable(path)
  const target = { datasetId, datasetVersion, apiKeyId: null, origin: 'IMPORTED' } as const
  const seen = new Map<string, number>()
  const spectra = createTableSpectra(spectrumLength)
  // All spellings of a function belong to one evaluation, under the first spelling of the file.
  const names = new Map<number, string>()
  let batch: (TableRow & { expression: string })[] = []
  const store = async () => {
    const ids = await storeExpressions(
      db,
      batch.map(({ expression }) => expression),
    )
    const taken: NewSpectrum[] = []
    const runs = batch.flatMap((row) => {
      const activationId = ids.get(row.expression) as number
      const { spectrum, issue } = spectra.take(activationId, row)
      if (spectrum) taken.push({ activationId, values: spectrum, reason: null })
      if (issue) onIssue?.(issue)
      const repeat = findRepeat(seen, activationId, row)
      if (repeat) onIssue?.(repeat)
      const expression = names.get(activationId) ?? row.expression
      names.set(activationId, expression)
      return repeat ? [] : [{ ...row, activationId, expression }]
    })
    batch = []
    if (taken.length > 0) await writeSpectra(db.$kysely, { datasetId, datasetVersion }, taken)
    if (runs.length === 0) return
    const evaluations = await lockReportedEvaluations(db.$kysely, target, runs)
    const evaluationIdOf = (activationId: number) => evaluations.get(activationId)?.id as number
    await insertReportedRuns(
      db.$kysely,
      target,
      runs.map((run) => ({
        ...run,
        evaluationId: evaluationIdOf(run.activationId),
        metadata: checkMetadata(run, onIssue),
      })),
    )
    const changed = [...new Set(runs.map(({ activationId }) => evaluationIdOf(activationId)))]
    await refreshMediansOf(db.$kysely, { datasetVersion, origin: 'IMPORTED' }, changed)
  }
  let count = 0
  for await (const row of rows) {
    for (const issue of row.issues) onIssue?.(issue)
    onRow?.(++count, progress)
    const { expression } = row
    if (expression === null) continue
    batch.push({ ...row, expression })
    if (batch.length >= (row.spectrum ? BATCH_OF_SPECTRA : BATCH)) await store()
  }
  await store()
  spectra.requireLength()
  return { spectrumLength: spectra.length, checksum: checksum(), bytes: progress.bytes }
}

/** The metadata of a run; null, with an issue, if they cannot be stored. */
function checkMetadata({ metadata, expression, line, byteOffset }: TableRow, onIssue: FileToImport['onIssue']) {
  try {
    return getValidMetadata('metadata', metadata)
  } catch (error) {
    const message = `line ${line}: the other columns are not kept: ${(error as Error).message}`
    onIssue?.({ code: 'UNUSABLE_METADATA', key: expression ?? '', byteOffset, message, isKept: true })
    return null
  }
}
