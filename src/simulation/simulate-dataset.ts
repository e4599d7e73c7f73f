import type { SearchAlgorithm } from '../db/generated/client.js'
import { ActbenchError } from '../errors.js'
import { createRandomStream } from '../numeric/random.js'
import { toReplayTable } from '../services/searches/replay-table.js'
import { projectFeatures } from '../surrogate/gaussian-process/projected-features.js'
import type { PaceOptions } from '../surrogate/pace.js'
import {
  type MapPositions,
  type Replay,
  replayEvolution,
  replayImprovement,
  replayMap,
  replayRandom,
} from '../surrogate/replay/replay.js'
import type { ReplayedFeatures } from '../surrogate/replay/replayed-process.js'
import { FIT_SEED } from '../surrogate/surrogate-method.js'
import { fitUmapKnn } from '../surrogate/umap/umap-knn.js'
import { type SimulatedEvaluation, simulateSearch } from './simulate-search.js'
import { isCoveredBySpectra, type TabularDataset, toOutputMatrix, toSpectrumMatrix } from './tabular-dataset.js'

/** What is simulated: each algorithm once a seed. */
export interface SimulationPlan {
  readonly algorithms: readonly SearchAlgorithm[]
  readonly seeds: readonly number[]
  /** How many evaluate at the same time. */
  readonly workers: number
  /** Each seed searches a random share of the functions, the same for every algorithm. */
  readonly share: number
  /** Evaluations after which a search ends. */
  readonly budget: number
}

/** One simulated search. */
export interface SimulatedRun {
  readonly algorithm: SearchAlgorithm
  readonly seed: number
  /** Functions that there were to find, the best of their accuracies, and the least of the top 1% (one at least). */
  readonly functions: number
  readonly best: number
  readonly top: number
  /** Functions that reach that least: more than 1% where several are equal. */
  readonly winners: number
  /** Whenever something better was found: after how many evaluations and seconds, and what. */
  readonly improvements: readonly (readonly [evaluations: number, seconds: number, accuracy: number])[]
  readonly evaluations: number
}

/**
 * Simulates searches of a tabular dataset, without those of `known`, and yields each as it is done. Most strategies leave
 * nothing to chance: so each seed searches a random share of the dataset as if it were all of one, with a map and projections
 * of its own, and the spread is that over searches of alike spaces. Throws CONFLICT where fewer than 20 functions are
 * measured.
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
      `${dataset.name} has ${count} measured functions, at least ${LEAST_FUNCTIONS} are needed`,
    )
  }
  const missing = plan.seeds.flatMap((seed) =>
    plan.algorithms.filter((algorithm) => !isKnown(algorithm, seed)).map((algorithm) => ({ algorithm, seed })),
  )
  for (const { algorithm, seed } of missing) {
    options.signal?.throwIfAborted()
    const rows = chooseRows(dataset.measured.length, plan.share, seed)
    const share = { ...dataset, measured: Array.from(rows, (row) => dataset.measured[row]) }
    const replay = await openReplay(share, algorithm, seed, options)
    yield summarise(share, algorithm, seed, await simulateShare(share, replay, plan, options))
  }
}

const LEAST_FUNCTIONS = 20

/** A map of the measured functions alone (see `addMeasuredMap`), by outputs and, where half of them have one, spectra. */
async function fitPositions(dataset: TabularDataset, options: PaceOptions): Promise<MapPositions> {
  const isCovered = isCoveredBySpectra(dataset)
  const rows = isCovered ? dataset.measured.filter(({ spectrum }) => spectrum !== null) : dataset.measured
  const { layout } = await fitUmapKnn({
    ids: rows.map(({ id }) => id),
    outputs: toOutputMatrix(rows).values,
    spectra: isCovered ? toSpectrumMatrix(rows).values : null,
    targets: Float64Array.from(rows, ({ validationAccuracy }) => validationAccuracy),
    ...{ seed: FIT_SEED, signal: options.signal },
  })
  return new Map(rows.map(({ id }, row) => [id, [layout[2 * row], layout[2 * row + 1]] as const]))
}

async function prepareFeatures({ measured }: TabularDataset): Promise<ReplayedFeatures> {
  const all = await projectFeatures(toOutputMatrix(measured), null, null, FIT_SEED)
  const rows = Int32Array.from(measured.keys()).filter((row) => measured[row].spectrum !== null)
  if (rows.length === 0) return { all, withSpectrum: null }
  const own = Array.from(rows, (row) => measured[row])
  const features = await projectFeatures(toOutputMatrix(own), toSpectrumMatrix(own), null, FIT_SEED)
  return { all, withSpectrum: { rows, features } }
}

function chooseRows(count: number, share: number, seed: number): Int32Array {
  const size = Math.max(LEAST_FUNCTIONS, Math.round(share * count))
  return Int32Array.from(createRandomStream(seed, 8).permutation(count).subarray(0, size)).sort()
}

async function openReplay(
  dataset: TabularDataset,
  algorithm: SearchAlgorithm,
  seed: number,
  options: PaceOptions,
): Promise<Replay> {
  const table = toReplayTable(dataset.measured.map(({ id, expression }) => ({ identityHex: id, expression })))
  if (algorithm === 'REGULARIZED_EVOLUTION') return replayEvolution(table, seed)
  if (algorithm === 'SURROGATE') return replayMap(table, await fitPositions(dataset, options), seed)
  if (algorithm === 'EXPECTED_IMPROVEMENT') return replayImprovement(table, await prepareFeatures(dataset), seed)
  return replayRandom(table, seed)
}

async function simulateShare(
  { measured }: TabularDataset,
  replay: Replay,
  { workers, budget }: SimulationPlan,
  { signal }: PaceOptions,
): Promise<SimulatedEvaluation[]> {
  const metrics = new Map(measured.map(({ id, validationAccuracy }) => [id, validationAccuracy]))
  const runtimes = new Map(measured.map(({ id, runtimeSeconds }) => [id, runtimeSeconds]))
  const goal = Math.max(...metrics.values())
  return simulateSearch(replay, { metrics, runtimes }, { workers, budget, goal, signal })
}

function summarise(
  { measured }: TabularDataset,
  algorithm: SearchAlgorithm,
  seed: number,
  ended: readonly SimulatedEvaluation[],
): SimulatedRun {
  const sorted = measured.map(({ validationAccuracy }) => validationAccuracy).sort((a, b) => b - a)
  const improvements: (readonly [number, number, number])[] = []
  for (const [index, { metric, endedAt }] of ended.entries()) {
    const reached = improvements.at(-1)?.[2] ?? Number.NEGATIVE_INFINITY
    if (metric > reached) improvements.push([index + 1, endedAt, metric])
  }
  const top = sorted[Math.max(1, Math.round(sorted.length / 100)) - 1]
  return {
    ...{ algorithm, seed, functions: sorted.length, best: sorted[0], top },
    winners: sorted.filter((accuracy) => accuracy >= top).length,
    ...{ improvements, evaluations: ended.length },
  }
}
