import type { MetricColumn } from '../tables/metric-columns.js'
import { type ColumnView, depthOf, hasFlag, rootOf } from './column-view.js'

/** Calls `add` with the number of each group that the evaluation at a place belongs to. */
type GroupsAt = (place: number, add: (group: number) => void) => void

/** How evaluations are grouped: the names of the groups by their numbers, and the groups of each evaluation. */
interface Grouping {
  readonly nameOf: (group: number) => string
  readonly groupsAt: GroupsAt
}

const GROUPINGS = {
  OPERATOR: (view: ColumnView): Grouping => {
    const words = Math.ceil(view.operators.names.length / 32)
    return {
      nameOf: (group) => view.operators.names[group],
      groupsAt: (place, add) => {
        for (let word = 0; word < words; word++) {
          for (let bits = view.operatorsAt(place, word); bits !== 0; bits &= bits - 1) {
            add(32 * word + 31 - Math.clz32(bits & -bits))
          }
        }
      },
    }
  },
  ROOT_OPERATOR: (view: ColumnView): Grouping => ({
    nameOf: (group) => view.roots.names[group],
    groupsAt: (place, add) => add(rootOf(view.traitsAt(place))),
  }),
  DEPTH: (view: ColumnView): Grouping => ({
    nameOf: String,
    groupsAt: (place, add) => add(depthOf(view.traitsAt(place))),
  }),
  IS_EVEN: byFlag('isEven', 'even'),
  IS_ODD: byFlag('isOdd', 'odd'),
  IS_MONOTONE: byFlag('isMonotone', 'monotone'),
  IS_BOUNDED: byFlag('isBounded', 'bounded'),
  IS_SMOOTH: byFlag('isSmooth', 'smooth'),
  SYMMETRY: (view: ColumnView): Grouping => ({
    nameOf: (group) => ['neither', 'even', 'odd', 'even and odd'][group],
    groupsAt: (place, add) => {
      const traits = view.traitsAt(place)
      if (hasFlag(traits, 'decided')) add(Number(hasFlag(traits, 'isEven')) + 2 * Number(hasFlag(traits, 'isOdd')))
    },
  }),
} as const

export type GroupKey = keyof typeof GROUPINGS

function byFlag(flag: Parameters<typeof hasFlag>[1], name: string) {
  return (view: ColumnView): Grouping => ({
    nameOf: (group) => (group === 1 ? name : `not ${name}`),
    groupsAt: (place, add) => {
      const traits = view.traitsAt(place)
      if (hasFlag(traits, 'decided')) add(Number(hasFlag(traits, flag)))
    },
  })
}

/** The values of a metric in each group, in ascending order. A group whose evaluations lack the metric has none. */
export function groupValues(
  view: ColumnView,
  by: GroupKey,
  column: MetricColumn,
  isMatch: ((place: number) => boolean) | null,
): Map<string, Float64Array> {
  const { nameOf, groupsAt } = GROUPINGS[by](view)
  const groups: GrowingList[] = []
  const find = (group: number) => {
    groups[group] ??= new GrowingList()
  }
  view.forEach((place) => {
    if (!isMatch || isMatch(place)) groupsAt(place, find)
  })
  let value = 0
  const add = (group: number) => groups[group].push(value)
  view.forEachInOrder(column, (measured, place) => {
    if (isMatch && !isMatch(place)) return
    value = measured
    groupsAt(place, add)
  })
  return new Map(groups.flatMap((list, group) => (list ? [[nameOf(group), list.toArray()] as const] : [])))
}

/** A list of doubles that grows. */
class GrowingList {
  #numbers = new Float64Array(64)
  #length = 0

  push(value: number): void {
    if (this.#length === this.#numbers.length) {
      const larger = new Float64Array(2 * this.#length)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[this.#length++] = value
  }

  toArray(): Float64Array {
    return this.#numbers.subarray(0, this.#length)
  }
}
