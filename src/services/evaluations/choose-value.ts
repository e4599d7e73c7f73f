import { METRICS, type Metric, type Metrics } from '../../metrics.js'
import { refuseInput } from '../validate-input.js'

/** Which of the runs of an evaluation stands for it. */
export type RunChoice = 'MEDIAN' | 'MEAN' | 'BEST' | 'SEED'

/** Throws BAD_USER_INPUT unless there is a seed exactly with SEED. */
export function checkSeedOfChoice(choice: string, seed: number | null | undefined, argument = 'seed'): void {
  if (choice === 'SEED' && (seed === null || seed === undefined)) refuseInput(argument, 'the seed of a run', null)
  if (choice !== 'SEED' && seed !== null && seed !== undefined) refuseInput(argument, 'no seed except with SEED', seed)
}

/** The value of a metric by the mean, the best or one of these runs; null if none of them has it. */
export function chooseValue(
  metric: Metric,
  runs: readonly (Metrics & { readonly seed: number | null })[],
  choice: Exclude<RunChoice, 'MEDIAN'>,
  seed: number | null,
): number | null {
  const { property, isHigherBetter } = METRICS[metric]
  if (choice === 'SEED') return runs.find((run) => run.seed === seed)?.[property] ?? null
  const values = runs.flatMap((run) => run[property] ?? [])
  if (values.length === 0) return null
  if (choice === 'BEST') return isHigherBetter ? Math.max(...values) : Math.min(...values)
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
