import { METRICS, type Metric, type Metrics } from '../../metrics.js'
import { createRandom } from '../../numeric/random.js'
import { refuseInput } from '../validate-input.js'

/** Which of the runs of an evaluation stands for it. */
export type RunChoice = 'MEDIAN' | 'MEAN' | 'BEST' | 'SEED' | 'RANDOM'

/** A choice with its seed: that of a run with SEED, that of the draw with RANDOM, else null. */
export interface SeededChoice {
  readonly choice: RunChoice
  readonly seed: number | null
}

type Run = Partial<Metrics> & Pick<Metrics, 'validationAccuracy'> & { readonly seed: number | null }

/** Throws BAD_USER_INPUT unless there is a seed exactly with SEED or RANDOM. */
export function checkSeedOfChoice(choice: string, seed: number | null | undefined, argument = 'seed'): void {
  const isMissing = seed === null || seed === undefined
  if (choice === 'SEED' && isMissing) refuseInput(argument, 'the seed of a run', null)
  if (choice === 'RANDOM' && isMissing) refuseInput(argument, 'a seed that draws the run', null)
  if (choice !== 'SEED' && choice !== 'RANDOM' && !isMissing) {
    refuseInput(argument, 'no seed except with SEED or RANDOM', seed)
  }
}

/** The value of a metric by the mean, the best or one of the runs of a function; null if none of them has it. */
export function chooseValue(
  metric: Metric,
  runs: readonly Run[],
  { choice, seed }: SeededChoice,
  identityHex: string,
): number | null {
  const { property, isHigherBetter } = METRICS[metric]
  if (choice === 'MEAN') return meanOf(runs, property)
  if (choice !== 'BEST') return chooseRun(runs, { choice, seed }, identityHex)?.[property] ?? null
  const values = runs.flatMap((run) => run[property] ?? [])
  if (values.length === 0) return null
  return isHigherBetter ? Math.max(...values) : Math.min(...values)
}

/**
 * What a replayed or simulated search sees of a function instead of its medians: all metrics of one run, or the means. The
 * best run is the one with the highest validation accuracy. Null for MEDIAN, or if the function has no such run with a
 * validation accuracy.
 */
export function chooseMetrics(
  runs: readonly Run[],
  { choice, seed }: SeededChoice,
  identityHex: string,
): Partial<Metrics> | null {
  const complete = runs.filter(({ validationAccuracy }) => validationAccuracy !== null)
  if (complete.length === 0) return null
  if (choice !== 'MEAN') return chooseRun(complete, { choice, seed }, identityHex)
  return Object.fromEntries(Object.values(METRICS).map(({ property }) => [property, meanOf(complete, property)]))
}

/** With RANDOM, the draw depends only on the seed, the function and the number of its runs. */
function chooseRun(runs: readonly Run[], { choice, seed }: SeededChoice, identityHex: string): Run | null {
  if (choice === 'SEED') return runs.find((run) => run.seed === seed) ?? null
  const complete = runs.filter(({ validationAccuracy }) => validationAccuracy !== null)
  if (complete.length === 0) return null
  if (choice === 'RANDOM') {
    // The sort is stable: runs without a seed stay in the order of their ids.
    const inOrder = complete.sort((a, b) => (a.seed ?? Number.POSITIVE_INFINITY) - (b.seed ?? Number.POSITIVE_INFINITY))
    return inOrder[createRandom('simulated value', seed as number, identityHex).integer(inOrder.length)]
  }
  if (choice !== 'BEST') return null
  return complete.reduce((best, run) =>
    (run.validationAccuracy as number) > (best.validationAccuracy as number) ? run : best,
  )
}

function meanOf(runs: readonly Run[], property: keyof Metrics): number | null {
  const values = runs.flatMap((run) => run[property] ?? [])
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
