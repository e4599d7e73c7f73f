import type { MetricColumn } from '../tables/metric-columns.js'
import { type ColumnView, depthOf, hasFlag, rootOf } from './column-view.js'
import { TRAITS } from './function-lines.js'

/** How evaluations are grouped. Groups have numbers from 0. */
interface Grouping {
  readonly size: number
  readonly nameOf: (group: number) => string
  /** Writes the groups of the evaluation at a place, and returns how many there are. */
  readonly groupsAt: (place: number, into: Int32Array) => number
}

const GROUPINGS = {
  OPERATOR: (view: ColumnView): Grouping => {
    const words = Math.ceil(view.operators.names.length / 32)
    return {
      size: view.operators.names.length,
      nameOf: (group) => view.operators.names[group],
      groupsAt: (place, into) => {
        let count = 0
        for (let word = 0; word < words; word++) {
          for (let bits = view.operatorsAt(place, word); bits !== 0; bits &= bits - 1) {
            into[count++] = 32 * word + 31 - Math.clz32(bits & -bits)
          }
        }
        return count
      },
    }
  },
  ROOT_OPERATOR: (view: ColumnView): Grouping => ({
    size: view.roots.names.length,
    nameOf: (group) => view.roots.names[group],
    groupsAt: (place, into) => {
      into[0] = rootOf(view.traitsAt(place))
      return 1
    },
  }),
  DEPTH: (view: ColumnView): Grouping => ({
    size: TRAITS.depth.limit,
    nameOf: String,
    groupsAt: (place, into) => {
      into[0] = depthOf(view.traitsAt(place))
      return 1
    },
  }),
  IS_EVEN: byFlag('isEven', 'even'),
  IS_ODD: byFlag('isOdd', 'odd'),
  IS_MONOTONE: byFlag('isMonotone', 'monotone'),
  IS_BOUNDED: byFlag('isBounded', 'bounded'),
  IS_SMOOTH: byFlag('isSmooth', 'smooth'),
  SYMMETRY: (view: ColumnView): Grouping => ({
    size: 4,
    nameOf: (group) => ['neither', 'even', 'odd', 'even and odd'][group],
    groupsAt: (place, into) => {
      const traits = view.traitsAt(place)
      into[0] = Number(hasFlag(traits, 'isEven')) + 2 * Number(hasFlag(traits, 'isOdd'))
      return Number(hasFlag(traits, 'decided'))
    },
  }),
} as const

export type GroupKey = keyof typeof GROUPINGS

function byFlag(flag: Parameters<typeof hasFlag>[1], name: string) {
  return (view: ColumnView): Grouping => ({
    size: 2,
    nameOf: (group) => (group === 1 ? name : `not ${name}`),
    groupsAt: (place, into) => {
      const traits = view.traitsAt(place)
      into[0] = Number(hasFlag(traits, flag))
      return Number(hasFlag(traits, 'decided'))
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
  const { size, nameOf, groupsAt } = GROUPINGS[by](view)
  const into = new Int32Array(size)
  const lists: Float64Array[] = Array.from({ length: size }, () => EMPTY)
  const counts = new Int32Array(size)
  const isThere = new Uint8Array(size)
  const valueAt = view.valueAt(column)
  view.forEach((place) => {
    if (!Number.isNaN(valueAt(place)) || (isMatch && !isMatch(place))) return
    for (let i = groupsAt(place, into) - 1; i >= 0; i--) isThere[into[i]] = 1
  })
  view.forEachInOrder(column, (value, place) => {
    if (isMatch && !isMatch(place)) return
    for (let i = groupsAt(place, into) - 1; i >= 0; i--) {
      const group = into[i]
      const count = counts[group]++
      if (count === lists[group].length) lists[group] = enlarge(lists[group])
      lists[group][count] = value
    }
  })
  const found = Array.from({ length: size }, (_, group) => group).filter((group) => counts[group] + isThere[group] > 0)
  return new Map(found.map((group) => [nameOf(group), lists[group].subarray(0, counts[group])]))
}

const EMPTY = new Float64Array()

function enlarge(list: Float64Array): Float64Array {
  const larger = new Float64Array(Math.max(64, 2 * list.length))
  larger.set(list)
  return larger
}
