import { join } from 'node:path'
import { listSeedManifests, readSeedData } from '../datasets/shipped/seed-folder.js'
import type { Database } from '../db/connection/client.js'
import { listTabularRows, listTabularRuns } from '../db/evaluations/list-measured.js'
import { loadVectors } from '../db/features/load-vectors.js'
import { listFitCandidates } from '../db/surrogates/list-fit-candidates.js'
import { ActbenchError } from '../errors.js'
import type { Metrics } from '../metrics.js'
import { PROJECT_ROOT } from '../root.js'
import { describeActivation } from '../services/activations/describe-activation.js'
import { getDataset } from '../services/datasets/get-dataset.js'
import { ENOUGH, listDefaultSources } from '../services/searches/choose-transfer.js'
import { MOST_FITTED } from '../services/surrogates/load-fit-input.js'
import { spectraOf, toVectors } from '../services/surrogates/load-spectra.js'
import { preferSameTask } from '../surrogate/transfer/prefer-task.js'
import {
  computeMedian,
  type MeasuredFunction,
  type MeasuredRun,
  type TabularDataset,
  type TabularFunction,
} from './tabular-dataset.js'

/**
 * Reads a dataset that ships with the product from its files. A function with several runs gets the medians over its
 * runs. Throws NOT_FOUND if `seed/` has no such dataset, and an error of one line if its files were changed.
 */
export function loadSeedTable(name: string, seedFolder = join(PROJECT_ROOT, 'seed')): TabularDataset {
  const found = listSeedManifests(seedFolder).find(({ manifest }) => manifest.name === name)
  if (!found) throw new ActbenchError('NOT_FOUND', `dataset: expected one that ships with the product, got '${name}'`)
  const { entries, runs, spectra } = readSeedData(found.folder, found.manifest)
  const spectrumOf = new Map<string, Float32Array>()
  for (const { expression, values } of [
    ...spectra,
    ...entries.map(({ expression, spectrum }) => ({ expression, values: spectrum })),
  ]) {
    if (values?.every(Number.isFinite)) spectrumOf.set(describeActivation(expression).identityHex, values)
  }
  const measured = new Map<string, { expression: string; results: MeasuredRun[] }>()
  const note = (
    expression: string,
    seed: number | null,
    { validationAccuracy, runtimeSeconds }: Metrics,
    curve: readonly number[],
  ) => {
    const { identityHex, isFinite: isUsable } = describeActivation(expression)
    if (!isUsable || validationAccuracy === null || !Number.isFinite(validationAccuracy)) return
    const own = measured.get(identityHex) ?? { expression, results: [] }
    measured.set(identityHex, own)
    own.results.push({ seed, validationAccuracy, runtimeSeconds, curve })
  }
  for (const run of runs) {
    const curve = run.epochs.map(([, , accuracy]) => accuracy)
    note(run.expression, run.seed, run, curve)
  }
  // A row of a published file has a result, but no run that is known.
  if (runs.length === 0) {
    for (const { expression, metrics } of entries) note(expression, null, metrics, [])
  }
  const toFunction = (id: string, expression: string): TabularFunction => ({
    ...{ id, expression, outputs: describeActivation(expression).outputs },
    spectrum: spectrumOf.get(id) ?? null,
  })
  const others = new Map(
    spectra.map(({ expression }) => [describeActivation(expression).identityHex, expression] as const),
  )
  return {
    name,
    measured: [...measured]
      .map(([id, { expression, results }]) => {
        const runtimes = results.flatMap(({ runtimeSeconds }) => runtimeSeconds ?? [])
        return {
          ...toFunction(id, expression),
          validationAccuracy: computeMedian(results.map(({ validationAccuracy }) => validationAccuracy)),
          runtimeSeconds: runtimes.length > 0 ? computeMedian(runtimes) : 0,
          runs: runs.length > 0 ? results : [],
        }
      })
      .sort(byId),
    others: [...others]
      .filter(([id]) => !measured.has(id) && spectrumOf.has(id))
      .map(([id, expression]) => toFunction(id, expression))
      .sort(byId),
  }
}

/**
 * The other datasets that ship with the product and measured at least 300 of the functions of a dataset: those with the same
 * task, otherwise all.
 */
export function loadSeedOthers(
  { name, measured }: TabularDataset,
  seedFolder = join(PROJECT_ROOT, 'seed'),
): TabularDataset[] {
  const ids = new Set(measured.map(({ id }) => id))
  const manifests = listSeedManifests(seedFolder).map(({ manifest }) => manifest)
  const known = manifests
    .filter((other) => other.name !== name)
    .map((other) => ({ task: other.task, table: loadSeedTable(other.name, seedFolder) }))
    .filter(({ table }) => table.measured.filter(({ id }) => ids.has(id)).length >= ENOUGH)
  const task = manifests.find((own) => own.name === name)?.task ?? ''
  return preferSameTask(task, known).map(({ table }) => table)
}

/** The same from the database. */
export async function loadStoredOthers(database: Database, { name }: TabularDataset): Promise<TabularDataset[]> {
  const dataset = await getDataset(database.prisma, name)
  const others: TabularDataset[] = []
  for (const other of await listDefaultSources(database.kysely, dataset, null)) {
    others.push(await loadStoredTable(database, other))
  }
  return others
}

/** Loads a dataset from the database, with at most 6,000 functions for the fit of a map. Throws NOT_FOUND. */
export async function loadStoredTable(database: Database, name: string): Promise<TabularDataset> {
  const dataset = await getDataset(database.prisma, name)
  const rows = await listTabularRows(database.kysely, dataset.id)
  const runs = new Map<number, MeasuredRun[]>()
  for (const { activationId, ...run } of await listTabularRuns(database.kysely, dataset.id)) {
    const own = runs.get(activationId)
    if (own) own.push(run)
    else runs.set(activationId, [run])
  }
  const source = spectraOf(dataset)
  const candidates = source ? await listFitCandidates(database.kysely, dataset, MOST_FITTED) : []
  const known = new Set(rows.map(({ activationId }) => activationId))
  const otherIds = candidates.filter(({ activationId, hasSpectrum }) => hasSpectrum && !known.has(activationId))
  const ids = Int32Array.from([...known, ...otherIds.map(({ activationId }) => activationId)]).sort()
  const outputs = toVectors(await loadVectors(database, { kind: 'OUTPUTS' }, ids))
  const spectra = source ? toVectors(await loadVectors(database, source, ids)) : new Map<number, Float32Array>()
  const featuresOf = (activationId: number) => ({
    outputs: outputs.get(activationId) as Float32Array,
    spectrum: spectra.get(activationId) ?? null,
  })
  const measured = rows.map(
    ({ activationId, identityHex, expression, validationAccuracy, runtimeSeconds }): MeasuredFunction => ({
      ...{ id: identityHex, expression, validationAccuracy, runtimeSeconds: runtimeSeconds ?? 0 },
      runs: runs.get(activationId) ?? [],
      ...featuresOf(activationId),
    }),
  )
  return {
    name,
    measured: measured.sort(byId),
    others: otherIds.map(({ activationId }) => ({
      ...{ id: String(activationId), expression: '' },
      ...featuresOf(activationId),
    })),
  }
}

function byId(left: TabularFunction, right: TabularFunction): number {
  return left.id < right.id ? -1 : 1
}
