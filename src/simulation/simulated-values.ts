import { chooseMetrics, type SeededChoice } from '../services/evaluations/choose-value.js'
import { computeMedian, type MeasuredFunction, type MeasuredRun } from './tabular-dataset.js'

/**
 * Which value a simulated search sees when it looks a function up: the median of all runs, their mean, the best, one run that
 * the seed of the search draws, or the run with a given seed, such as `seed=1`.
 */
export type ValueChoice = 'median' | 'mean' | 'best' | 'random' | `seed=${number}`

/** Recorded runs that a simulated search sees instead of trainings. */
export interface SimulatedValues {
  /** What the search sees of each function, by id. */
  readonly metrics: ReadonlyMap<string, number>
  /** What it sees after each epoch, by id; empty if a curve is not recorded. */
  readonly curves: ReadonlyMap<string, readonly number[]>
  /** Training times in seconds, by id. */
  readonly runtimes: ReadonlyMap<string, number>
  /** Number of functions without a run of this kind. The search sees their medians. */
  readonly withoutRun: number
}

const CHOICES = {
  median: { choice: 'MEDIAN', title: 'medians' },
  mean: { choice: 'MEAN', title: 'means' },
  best: { choice: 'BEST', title: 'the best run each' },
  random: { choice: 'RANDOM', title: 'one random run each' },
} as const

/** What a search with this choice sees, such as `medians`. */
export function describeValueChoice(choice: ValueChoice): string {
  return choice in CHOICES ? CHOICES[choice as keyof typeof CHOICES].title : `the run with ${choice}`
}

/** Reads the value of an option; null for any other text. */
export function readValueChoice(text: string): ValueChoice | null {
  if (Object.hasOwn(CHOICES, text)) return text as keyof typeof CHOICES
  const [, seed] = /^seed=(\d{1,9})$/.exec(text) ?? []
  return seed === undefined ? null : `seed=${Number(seed)}`
}

/**
 * The values that a search with this seed sees. The run of a function is drawn by the seed and the function only, so all
 * algorithms see the same one.
 */
export function chooseValues(
  measured: readonly MeasuredFunction[],
  choice: ValueChoice,
  searchSeed: number,
): SimulatedValues {
  const seeded = toSeededChoice(choice, searchSeed)
  const chosen = measured.map(({ id, runs, validationAccuracy, runtimeSeconds }) => {
    const run = chooseMetrics(runs, seeded, id)
    return {
      id,
      curve: chooseCurve(runs, seeded, id),
      metric: run?.validationAccuracy ?? validationAccuracy,
      runtime: run?.runtimeSeconds ?? runtimeSeconds,
      isMissing: choice !== 'median' && run === null,
    }
  })
  return {
    metrics: new Map(chosen.map(({ id, metric }) => [id, metric])),
    curves: new Map(chosen.map(({ id, curve }) => [id, curve])),
    runtimes: new Map(chosen.map(({ id, runtime }) => [id, runtime])),
    withoutRun: chosen.filter(({ isMissing }) => isMissing).length,
  }
}

/**
 * By the same choice as the value at the end; medians over the runs if there is no such run. A training that ended early, because
 * it diverged, keeps its last value.
 */
function chooseCurve(runs: readonly MeasuredRun[], seeded: SeededChoice, id: string): number[] {
  if (runs.length === 0) return []
  // The best run is the one that ends best.
  const best = runs.reduce((most, each) => (each.validationAccuracy > most.validationAccuracy ? each : most))
  const seen = seeded.choice === 'BEST' ? [best] : runs
  const length = Math.max(...seen.map(({ curve }) => curve.length))
  return Array.from({ length }, (_, epoch) => {
    const then = seen.map(({ seed, curve, validationAccuracy }) => ({
      seed,
      validationAccuracy: curve[epoch] ?? curve.at(-1) ?? validationAccuracy,
    }))
    const chosen = chooseMetrics(then, seeded, id)?.validationAccuracy
    return chosen ?? computeMedian(then.map(({ validationAccuracy }) => validationAccuracy))
  })
}

function toSeededChoice(choice: ValueChoice, searchSeed: number): SeededChoice {
  if (choice in CHOICES) {
    return { choice: CHOICES[choice as keyof typeof CHOICES].choice, seed: choice === 'random' ? searchSeed : null }
  }
  return { choice: 'SEED', seed: Number(choice.slice('seed='.length)) }
}
