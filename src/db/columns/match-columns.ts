import { METRIC_ENTRIES, METRICS, type Metric } from '../../metrics.js'
import type { EvaluationConditions } from '../statements/conditions.js'
import { type ColumnView, depthOf, hasFlag } from './column-view.js'
import type { FLAGS } from './function-lines.js'

/** The metrics that conditions look at. */
export function listConditionMetrics(conditions: EvaluationConditions): Metric[] {
  const metrics = Object.keys(METRICS) as Metric[]
  return metrics.filter((metric) => {
    const { min, max } = conditions[METRICS[metric].property] ?? {}
    return min != null || max != null
  })
}

const PROPERTIES = ['isEven', 'isOdd', 'isMonotone', 'isBounded', 'isSmooth'] as const

/** Whether the evaluation at a place meets the conditions, which `isOfState` must allow. */
export function toMatcher(view: ColumnView, conditions: EvaluationConditions): (place: number) => boolean {
  const { activation = {}, minRuns } = conditions
  const tests: ((place: number) => boolean)[] = []
  for (const operator of activation.operators ?? []) tests.push(hasOperator(view, operator))
  for (const operator of activation.withoutOperators ?? []) {
    const has = hasOperator(view, operator)
    tests.push((place) => !has(place))
  }
  const { maxDepth } = activation
  if (maxDepth != null) tests.push((place) => depthOf(view.traitsAt(place)) <= maxDepth)
  const addFlag = (flag: keyof typeof FLAGS, wanted: boolean | null | undefined) => {
    if (wanted == null) return
    if (flag !== 'isFinite') tests.push((place) => hasFlag(view.traitsAt(place), 'decided'))
    tests.push((place) => hasFlag(view.traitsAt(place), flag) === wanted)
  }
  addFlag('isFinite', activation.isFinite)
  for (const name of PROPERTIES) addFlag(name, activation[name])
  if (minRuns != null) tests.push((place) => view.runCountAt(place) >= minRuns)
  for (const { property, column } of METRIC_ENTRIES) {
    const { min, max } = conditions[property] ?? {}
    if (min == null && max == null) continue
    const valueAt = view.valueAt(column)
    const [low, high] = [min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY]
    // No range has a value that is not a number.
    tests.push((place) => valueAt(place) >= low && valueAt(place) <= high)
  }
  return (place) => tests.every((test) => test(place))
}

function hasOperator(view: ColumnView, operator: string): (place: number) => boolean {
  const bit = view.operators.find(operator)
  if (bit === undefined) return () => false
  const [word, mask] = [bit >> 5, 1 << (bit & 31)]
  return (place) => (view.operatorsAt(place, word) & mask) !== 0
}
