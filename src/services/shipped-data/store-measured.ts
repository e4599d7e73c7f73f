import type { ActBenchEntry } from '../../datasets/act-bench.js'
import type { RunLine } from '../../datasets/shipped/run-line.js'
import type { Spectrum } from '../../datasets/shipped/spectrum-line.js'
import type { Db } from '../../db/connection/client.js'
import { insertSpectra } from '../../db/features/insert-spectra.js'
import type { DatasetVersion } from '../../db/imports/insert-imported.js'
import { deleteSuperseded, insertEvaluations, insertRuns } from '../../db/imports/insert-measured.js'
import { pickMetrics } from '../../metrics.js'
import { storeExpressions } from '../activations/store-expressions.js'

export interface Measured {
  readonly entries: readonly ActBenchEntry[]
  readonly runs: readonly RunLine[]
  readonly spectra: readonly Spectrum[]
}

/**
 * Adds evaluations, runs and spectra to a dataset in the caller's transaction. Stored rows stay, except that
 * `replacesShipped` deletes runs that shipped with an earlier version. A function with runs gets an evaluation with their
 * medians, also without an entry. Returns the numbers of evaluations and of new runs.
 */
export async function storeMeasured(
  db: Db,
  owner: DatasetVersion,
  { entries, runs, spectra }: Measured,
  { replacesShipped = false } = {},
): Promise<{ evaluations: number; runs: number }> {
  const texts = [
    ...entries.flatMap(({ expression, equivalents }) => [expression, ...equivalents]),
    ...runs.map(({ expression }) => expression),
    ...spectra.map(({ expression }) => expression),
  ]
  const ids = await storeExpressions(db, texts)
  const idOf = (expression: string) => ids.get(expression) as number
  const evaluations = firstOfEach(
    [...entries, ...runs.map((run) => ({ expression: run.expression, metrics: pickMetrics(run) }))],
    ({ expression }) => idOf(expression),
  ).map(({ expression, metrics }) => ({ activationId: idOf(expression), expression, metrics }))
  await insertEvaluations(db.$kysely, owner, evaluations)
  const newRuns = runs.map((run) => ({ ...run, activationId: idOf(run.expression) }))
  if (replacesShipped) await deleteSuperseded(db.$kysely, owner, newRuns)
  const added = await insertRuns(db.$kysely, owner, newRuns)
  await insertSpectra(
    db.$kysely,
    owner,
    spectra.map(({ expression, values, reason }) => ({ activationId: idOf(expression), values, reason })),
  )
  return { evaluations: evaluations.length, runs: added }
}

function firstOfEach<Item>(items: readonly Item[], keyOf: (item: Item) => number): Item[] {
  const found = new Map<number, Item>()
  for (const item of items) if (!found.has(keyOf(item))) found.set(keyOf(item), item)
  return [...found.values()]
}
