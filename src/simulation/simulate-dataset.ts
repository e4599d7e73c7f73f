import type { SearchAlgorithm } from '../db/generated/client.js'
import { ActbenchError } from '../errors.js'
import { createRandomStream } from '../numeric/random.js'
import { toReplayTable } from '../services/candidates/replay-table.js'
import { STRATEGIES } from '../services/candidates/strategies.js'
import type { PaceOptions } from '../surrogate/pace.js'
import type { MapPoints, Replay } from '../surrogate/replay/replay.js'
import { projectReplayedFeatures, type ReplayedFeatures } from '../surrogate/replay/replayed-features.js'
import { computeRungs } from '../surrogate/strategies/rungs.js'
import { FIT_SEED } from '../surrogate/surrogate-method.js'
import type { TransferSource } from '../surrogate/transfer/transfer-trend.js'
import { fitUmapKnn } from '../surrogate/umap/umap-knn.js'
import { type SimulatedEvaluation, simulateSearch } from './simulate-search.js'
import { chooseValues, type SimulatedValues, type ValueChoice } from './simulated-values.js'
import {
  type MeasuredFunction,
  type TabularDataset,
  toOutputMatrix,
  toSpectrumMatrix,
  wouldUseSpectra,
} from './tabular-dataset.js'
import { listTransferValues } from './transfer-values.js'

/** The searches to simulate: every algorithm with every seed. */
export interface SimulationPlan {
  readonly algorithms: readonly SearchAlgorithm[]
  readonly seeds: readonly number[]
  /** Number of evaluations in progress at the same time. */
  readonly workers: number
  /**
   * Share of the functions that a search covers, 0 to 1. Each seed draws its own share, the same for every algorithm.
   */
  readonly share: number
  /** A search ends after this many evaluations. Parts of trainings count by their share of the epochs. */
  readonly budget: number
  /** What a search sees of a function; the median by default. */
  readonly value?: ValueChoice
  /**
   * Other datasets to learn from. An algorithm that can do so then does not start with the baselines. Nothing that they
   * know depends on the measurements of the simulated dataset.
   */
  readonly transferFrom?: readonly TabularDataset[]
}

/** One simulated search. */
export interface SimulatedRun {
  readonly algorithm: SearchAlgorithm
  readonly seed: number
  /**
   * Number of functions to search, the best accuracy among them, and the lowest accuracy in the top 1% (at least one
   * function).
   */
  readonly functions: number
  readonly best: number
  readonly top: number
  /** Number of functions that reach `top`; more than 1% if several are equal. */
  readonly winners: number
  /** Number of functions that have no run of the kind that the search sees, so that it sees their medians. */
  readonly withoutRun: number
  /**
   * Every change of the function that looks best: evaluations and seconds until then, and its accuracy (the median of all its
   * runs, whatever the search sees).
   */
  readonly improvements: readonly (readonly [evaluations: number, seconds: number, accuracy: number])[]
  readonly evaluations: number
  /** Seconds on the virtual clock until the last evaluation ended. */
  readonly seconds: number
}

/**
 * Simulates searches of a tabular dataset, except those that are already known, and yields each when it is done. Most
 * strategies are deterministic. Therefore each seed searches a random share of the dataset as if it were the whole,
 * with its own map and projections. The spread over seeds is then the spread over searches of similar spaces. Throws
 * CONFLICT if fewer than 20 functions are measured.
 */
export async function* simulateDataset(
  dataset: TabularDataset,
  plan: SimulationPlan,
  isKnown: (algorithm: SearchAlgorithm, seed: number) => boolean,
  options: PaceOptions = {},
): AsyncGenerator<SimulatedRun> {
  if (dataset.measured.length < LEAST_FUNCTIONS) {
    const count = dataset.measured.length
    throw new ActbenchError(
      'CONFLICT',
      `${dataset.name}: too few measured functions; expected at least ${LEAST_FUNCTIONS}, got ${count}`,
    )
  }
  if (plan.algorithms.some((algorithm) => STRATEGIES[algorithm].halves)) requireCurves(dataset)
  const missing = plan.seeds.flatMap((seed) =>
    plan.algorithms.filter((algorithm) => !isKnown(algorithm, seed)).map((algorithm) => ({ algorithm, seed })),
  )
  const sources: TransferSource[] = []
  if (missing.some(({ algorithm }) => STRATEGIES[algorithm].rateTransferred)) {
    for (const other of plan.transferFrom ?? []) {
      sources.push({ name: other.name, values: await listTransferValues(other, dataset.measured, options) })
    }
  }
  for (const { algorithm, seed } of missing) {
    options.signal?.throwIfAborted()
    const rows = chooseRows(dataset.measured.length, plan.share, seed)
    const share = { ...dataset, measured: Array.from(rows, (row) => dataset.measured[row]) }
    const own = sources.map(({ name, values }) => ({ name, values: Float64Array.from(rows, (row) => values[row]) }))
    const replay = await openReplay(share, algorithm, seed, own, options)
    const values = chooseValues(share.measured, plan.value ?? 'median', seed)
    const ended = await simulateShare(share, replay, values, plan, options)
    yield { ...summarise(share, algorithm, seed, ended), withoutRun: values.withoutRun }
  }
}

const LEAST_FUNCTIONS = 20

/** Throws CONFLICT unless searches that halve can be simulated. */
function requireCurves(dataset: TabularDataset): void {
  if (hasCurves(dataset)) return
  const expected = 'expected a learning curve of each run, and two or more epochs, got none or one'
  throw new ActbenchError('CONFLICT', `${dataset.name}: searches by epochs cannot be simulated; ${expected}`)
}

/** Whether each measured function has runs with learning curves, of two or more epochs. */
export function hasCurves({ measured }: TabularDataset): boolean {
  const isKnown = ({ runs }: MeasuredFunction) => runs.length > 0 && runs.every(({ curve }) => curve.length > 0)
  return countEpochs(measured) > 1 && measured.every(isKnown)
}

/** Epochs of the longest learning curve; 1 without any. */
function countEpochs(measured: readonly MeasuredFunction[]): number {
  return measured.reduce(
    (most, { runs }) => runs.reduce((longest, { curve }) => Math.max(longest, curve.length), most),
    1,
  )
}

/** A map of the measured functions only (see `addMeasuredMap`), by outputs and, if most of them have one, spectra. */
async function fitMapPoints(dataset: TabularDataset, options: PaceOptions): Promise<MapPoints> {
  const withSpectra = wouldUseSpectra(dataset)
  const rows = withSpectra ? dataset.measured.filter(({ spectrum }) => spectrum !== null) : dataset.measured
  const { layout } = await fitUmapKnn({
    ids: rows.map(({ id }) => id),
    outputs: toOutputMatrix(rows).values,
    spectra: withSpectra ? toSpectrumMatrix(rows).values : null,
    targets: Float64Array.from(rows, ({ validationAccuracy }) => validationAccuracy),
    ...{ seed: FIT_SEED, signal: options.signal },
  })
  return new Map(rows.map(({ id }, row) => [id, [layout[2 * row], layout[2 * row + 1]] as const]))
}

async function projectOwnFeatures({ measured }: TabularDataset): Promise<ReplayedFeatures> {
  const rows = Int32Array.from(measured.keys()).filter((row) => measured[row].spectrum !== null)
  const spectra = rows.length > 0 ? toSpectrumMatrix(Array.from(rows, (row) => measured[row])) : null
  return projectReplayedFeatures(toOutputMatrix(measured), spectra, rows)
}

function chooseRows(count: number, share: number, seed: number): Int32Array {
  const size = Math.max(LEAST_FUNCTIONS, Math.round(share * count))
  return Int32Array.from(createRandomStream(seed, 8).permutation(count).subarray(0, size)).sort()
}

async function openReplay(
  dataset: TabularDataset,
  algorithm: SearchAlgorithm,
  seed: number,
  sources: readonly TransferSource[],
  options: PaceOptions,
): Promise<Replay> {
  const table = toReplayTable(dataset.measured.map(({ id, expression }) => ({ identityHex: id, expression })))
  const learnsFromOthers = STRATEGIES[algorithm].rateTransferred !== undefined && sources.length > 0
  return STRATEGIES[algorithm].replay.open({
    ...{ table: learnsFromOthers ? { ...table, baselines: [] } : table, seed },
    rungs: STRATEGIES[algorithm].halves ? computeRungs(countEpochs(dataset.measured)) : [],
    loadTransfer: async () => sources,
    loadMapPoints: () => fitMapPoints(dataset, options),
    loadFeatures: () => projectOwnFeatures(dataset),
  })
}

async function simulateShare(
  { measured }: TabularDataset,
  replay: Replay,
  values: SimulatedValues,
  { workers, budget }: SimulationPlan,
  { signal }: PaceOptions,
): Promise<SimulatedEvaluation[]> {
  const worth = mediansOf(measured)
  const goal = Math.max(...worth.values())
  const epochs = countEpochs(measured)
  return simulateSearch(replay, { ...values, worth }, { workers, budget, epochs, goal, signal })
}

function mediansOf(measured: readonly MeasuredFunction[]): Map<string, number> {
  return new Map(measured.map(({ id, validationAccuracy }) => [id, validationAccuracy]))
}

function summarise(
  { measured }: TabularDataset,
  algorithm: SearchAlgorithm,
  seed: number,
  ended: readonly SimulatedEvaluation[],
): Omit<SimulatedRun, 'withoutRun'> {
  const medians = mediansOf(measured)
  const sorted = measured.map(({ validationAccuracy }) => validationAccuracy).sort((a, b) => b - a)
  const improvements: (readonly [number, number, number])[] = []
  let bestSeen = Number.NEGATIVE_INFINITY
  for (const { id, metric, isWhole, evaluations, endedAt } of ended) {
    if (!isWhole || metric <= bestSeen) continue
    bestSeen = metric
    improvements.push([evaluations, endedAt, medians.get(id) as number])
  }
  const top = sorted[Math.max(1, Math.round(sorted.length / 100)) - 1]
  return {
    ...{ algorithm, seed, functions: sorted.length, best: sorted[0], top },
    winners: sorted.filter((accuracy) => accuracy >= top).length,
    ...{ improvements, evaluations: ended.at(-1)?.evaluations ?? 0, seconds: ended.at(-1)?.endedAt ?? 0 },
  }
}
