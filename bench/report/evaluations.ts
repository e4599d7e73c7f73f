import type { RunLine } from '../../src/datasets/shipped/run-line.js'
import { computeSpearman } from '../../src/numeric/correlation.js'
import type { MeasuredFunction } from '../../src/numeric/ranks/measured-function.js'
import { BASELINE_EXPRESSIONS } from '../../src/surrogate/strategies/search-strategy.js'
import { median } from '../measurement.js'

/** One function in one network: all its runs, and the medians over them. */
export interface RankedFunction {
  readonly expression: string
  readonly validationAccuracy: number
  readonly testAccuracy: number
  /** Validation accuracies by seed. */
  readonly bySeed: ReadonlyMap<number, number>
}

/** Below this a network has learnt next to nothing; chance is 0.1. */
export const CHANCE_LIMIT = 0.15
/** Functions above this have learnt the task of the Mini datasets. */
export const LEARNT_LIMIT = 0.4

/** The functions of a dataset's runs, best first; ties in alphabetical order. */
export function rankEvaluations(runs: readonly RunLine[]): RankedFunction[] {
  const byExpression = new Map<string, RunLine[]>()
  for (const run of runs) byExpression.set(run.expression, [...(byExpression.get(run.expression) ?? []), run])
  const evaluations = Array.from(byExpression, ([expression, own]) => ({
    expression,
    validationAccuracy: median(own.map((run) => run.validationAccuracy ?? 0)),
    testAccuracy: median(own.map((run) => run.testAccuracy ?? 0)),
    bySeed: new Map(own.map((run) => [run.seed, run.validationAccuracy ?? 0])),
  }))
  return evaluations.sort(
    (a, b) => b.validationAccuracy - a.validationAccuracy || (a.expression < b.expression ? -1 : 1),
  )
}

/** Figures of the first functions of the random order. */
function readUnchosen<Item>(
  ranked: readonly RankedFunction[],
  randomOrder: readonly string[],
  read: (evaluation: RankedFunction) => Item | null,
): Item[] {
  const byExpression = new Map(ranked.map((own) => [own.expression, own]))
  const items: Item[] = []
  for (const expression of randomOrder) {
    const own = byExpression.get(expression)
    const item = own ? read(own) : null
    if (item === null) break
    items.push(item)
  }
  return items
}

/** The evaluations as the model of true ranks takes them. */
export function toMeasured(ranked: readonly RankedFunction[]): MeasuredFunction[] {
  return ranked.map(({ validationAccuracy, bySeed }) => ({ value: validationAccuracy, runs: [...bySeed.values()] }))
}

/** Rank correlation of two columns: over all functions, and over those that learnt. */
export interface Agreement {
  readonly functions: number
  readonly spearman: number | null
  readonly learnt: number
  readonly spearmanOfLearnt: number | null
}

/** Pairs whose mean reaches the limit count as learnt. */
export function compare(pairs: readonly (readonly [number, number])[], learntLimit = LEARNT_LIMIT): Agreement {
  const learnt = pairs.filter(([a, b]) => (a + b) / 2 >= learntLimit)
  const correlate = (own: readonly (readonly [number, number])[]) =>
    own.length < 3
      ? null
      : computeSpearman(
          own.map(([a]) => a),
          own.map(([, b]) => b),
        )
  return {
    functions: pairs.length,
    spearman: correlate(pairs),
    learnt: learnt.length,
    spearmanOfLearnt: correlate(learnt),
  }
}

/** Accuracies of the functions that have both seeds and were chosen without looking at results. */
export function pairSeeds(
  ranked: readonly RankedFunction[],
  randomOrder: readonly string[],
  first: number,
  second: number,
): [number, number][] {
  return readUnchosen<[number, number]>(ranked, randomOrder, ({ bySeed }) => {
    const [a, b] = [bySeed.get(first), bySeed.get(second)]
    return a === undefined || b === undefined ? null : [a, b]
  })
}

/** Accuracies of the functions that both networks have. */
export function pairNetworks(a: readonly RankedFunction[], b: readonly RankedFunction[]): [number, number][] {
  const others = new Map(b.map((own) => [own.expression, own.validationAccuracy]))
  return a.flatMap(({ expression, validationAccuracy }): [number, number][] => {
    const other = others.get(expression)
    return other === undefined ? [] : [[validationAccuracy, other]]
  })
}

/** Whether it is one of the eight baselines. */
export function isBaseline({ expression }: RankedFunction): boolean {
  return BASELINE_EXPRESSIONS.includes(expression)
}

/** All pairs of a list. */
export function listPairs<Item>(items: readonly Item[]): [Item, Item][] {
  return items.flatMap((first, i) => items.slice(i + 1).map((second): [Item, Item] => [first, second]))
}
