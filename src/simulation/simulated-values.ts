import { createRandom } from '../numeric/random.js'
import type { MeasuredFunction } from './tabular-dataset.js'

/**
 * Which value a simulated search sees when it looks a function up: the median of all runs, one run that the seed of the
 * search draws, or the run with a given seed, such as `seed=1`.
 */
export type ValueChoice = 'median' | 'random' | `seed=${number}`

/** Recorded runs that a simulated search sees instead of trainings. */
export interface SimulatedValues {
  /** What the search sees of each function, by id. */
  readonly metrics: ReadonlyMap<string, number>
  /** Training times in seconds, by id. */
  readonly runtimes: ReadonlyMap<string, number>
  /** Number of functions without a run of this kind. The search sees their medians. */
  readonly withoutRun: number
}

/** Reads the value of an option; null for any other text. */
export function readValueChoice(text: string): ValueChoice | null {
  if (text === 'median' || text === 'random') return text
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
  const chosen = measured.map((each) => {
    const run = chooseRun(each, choice, searchSeed)
    return {
      id: each.id,
      metric: run?.validationAccuracy ?? each.validationAccuracy,
      runtime: run?.runtimeSeconds ?? each.runtimeSeconds,
      isMissing: choice !== 'median' && run === null,
    }
  })
  return {
    metrics: new Map(chosen.map(({ id, metric }) => [id, metric])),
    runtimes: new Map(chosen.map(({ id, runtime }) => [id, runtime])),
    withoutRun: chosen.filter(({ isMissing }) => isMissing).length,
  }
}

function chooseRun({ id, runs }: MeasuredFunction, choice: ValueChoice, searchSeed: number) {
  if (choice === 'median' || runs.length === 0) return null
  if (choice === 'random') return runs[createRandom('simulated value', searchSeed, id).integer(runs.length)]
  const seed = Number(choice.slice('seed='.length))
  return runs.find((run) => run.seed === seed) ?? null
}
