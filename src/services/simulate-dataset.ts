import type { SearchAlgorithm } from '../db/generated/client.js'
import { ActbenchError } from '../errors.js'
import type { PaceOptions } from '../surrogate/pace.js'
import { projectFeatures, takeProjected } from '../surrogate/projected-features.js'
import { createRandomGenerator, shuffleIndices } from '../surrogate/random-generator.js'
import {
  type MapPositions,
  type Replay,
  replayEvolution,
  replayImprovement,
  replayMap,
  replayRandom,
} from '../surrogate/replay.js'
import type { ReplayedFeatures } from '../surrogate/replayed-process.js'
import { type SimulatedEvaluation, simulateSearch } from '../surrogate/simulate-search.js'
import { FIT_SEED } from '../surrogate/surrogate-method.js'
import { fitUmapKnn } from '../surrogate/umap-knn.js'
import { toReplayTable } from './replay-table.js'
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
  /** Whenever something better was found: after how many evaluations and seconds, and what. */
  readonly improvements: readonly (readonly [evaluations: number, seconds: number, accuracy: number])[]
  readonly evaluations: number
}

/**
 * Simulates searches of a tabular dataset, without those of `known`, and yields each as it is done. Most strategies leave
 * nothing to chance: so each seed searches a random share of the dataset, and the spread is that over searches of alike
 * spaces. Throws CONFLICT where fewer than 20 functions are measured.
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
  const needs = (algorithm: SearchAlgorithm) => missing.some((each) => each.algorithm === algorithm)
  const positions = needs('SURROGATE') ? await fitPositions(dataset, options) : new Map()
  const features = needs('EXPECTED_IMPROVEMENT') ? await prepareFeatures(dataset) : null
  for (const { algorithm, seed } of missing) {
    options.signal?.throwIfAborted()
    const rows = chooseRows(dataset.measured.length, plan.share, seed)
    const replay = openReplay(dataset, algorithm, rows, positions, features, seed)
    yield summarise(dataset, rows, algorithm, seed, await simulateRows(dataset, rows, replay, plan, options))
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
  return shuffleIndices(count, createRandomGenerator(seed, 8)).slice(0, size).sort()
}

function openReplay(
  { measured }: TabularDataset,
  algorithm: SearchAlgorithm,
  rows: Int32Array,
  positions: MapPositions,
  features: ReplayedFeatures | null,
  seed: number,
): Replay {
  const own = Array.from(rows, (row) => ({ identityHex: measured[row].id, expression: measured[row].expression }))
  const table = toReplayTable(own)
  if (algorithm === 'REGULARIZED_EVOLUTION') return replayEvolution(table, seed)
  if (algorithm === 'SURROGATE') return replayMap(table, positions, seed)
  if (algorithm === 'EXPECTED_IMPROVEMENT' && features) return replayImprovement(table, takeRows(features, rows), seed)
  return replayRandom(table, seed)
}

function takeRows({ all, withSpectrum }: ReplayedFeatures, rows: Int32Array): ReplayedFeatures {
  const taken = takeProjected(all, rows)
  if (!withSpectrum) return { all: taken, withSpectrum: null }
  const placeOf = new Map(Array.from(withSpectrum.rows, (row, place) => [row, place]))
  const own = Int32Array.from(rows.keys()).filter((place) => placeOf.has(rows[place]))
  const features = takeProjected(
    withSpectrum.features,
    own.map((place) => placeOf.get(rows[place]) as number),
  )
  return { all: taken, withSpectrum: { rows: own, features } }
}

async function simulateRows(
  { measured }: TabularDataset,
  rows: Int32Array,
  replay: Replay,
  { workers, budget }: SimulationPlan,
  { signal }: PaceOptions,
): Promise<SimulatedEvaluation[]> {
  const own = Array.from(rows, (row) => measured[row])
  const metrics = new Map(own.map(({ id, validationAccuracy }) => [id, validationAccuracy]))
  const runtimes = new Map(own.map(({ id, runtimeSeconds }) => [id, runtimeSeconds]))
  const goal = Math.max(...metrics.values())
  return simulateSearch(replay, { metrics, runtimes }, { workers, budget, goal, signal })
}

function summarise(
  { measured }: TabularDataset,
  rows: Int32Array,
  algorithm: SearchAlgorithm,
  seed: number,
  ended: readonly SimulatedEvaluation[],
): SimulatedRun {
  const sorted = Array.from(rows, (row) => measured[row].validationAccuracy).sort((a, b) => b - a)
  const improvements: (readonly [number, number, number])[] = []
  for (const [index, { metric, endedAt }] of ended.entries()) {
    const reached = improvements.at(-1)?.[2] ?? Number.NEGATIVE_INFINITY
    if (metric > reached) improvements.push([index + 1, endedAt, metric])
  }
  return {
    ...{ algorithm, seed, functions: rows.length, best: sorted[0], improvements, evaluations: ended.length },
    top: sorted[Math.max(1, Math.round(sorted.length / 100)) - 1],
  }
}
