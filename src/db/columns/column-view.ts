import type { MetricColumn } from '../tables/metric-columns.js'
import { Dictionary, FLAGS, type FunctionLine, packTraits, TRAITS } from './function-lines.js'
import { NO_SINGLE_RUN } from './repeated-runs.js'

/** The values of a metric in ascending order. */
export interface OrderedValues {
  readonly values: Float64Array
  /** The place of the evaluation of each value in the packed lists. */
  readonly places: Int32Array
  /** The value of each place; not a number if it has none. */
  readonly byPlace: Float64Array
}

/** How much the runs of one evaluation differ. */
export interface RepeatedRuns {
  readonly id: number
  readonly place: number
  readonly runs: number
  readonly squares: number
}

/** The packed lists of a generation that a question needs. Evaluations are in the order of their ids. */
export interface PackedLists {
  readonly ids: Int32Array
  readonly runCounts: Int32Array
  readonly traits: Int32Array
  /** 32 operators in each list. */
  readonly operators: readonly Int32Array[]
  readonly operatorNames: readonly string[]
  readonly roots: readonly string[]
  readonly metrics: ReadonlyMap<MetricColumn, OrderedValues>
  /** In the order of their ids. */
  readonly repeated: ReadonlyMap<MetricColumn, readonly RepeatedRuns[]>
  /** The seed of the single run of each place, or a code; null if no question needs them. */
  readonly seeds: Int32Array | null
}

/** An evaluation that changed since the generation, as it is now. */
export interface ChangedEvaluation extends FunctionLine {
  readonly values: Readonly<Partial<Record<MetricColumn, number | null>>>
  readonly repeated: Readonly<Partial<Record<MetricColumn, Omit<RepeatedRuns, 'id' | 'place'>>>>
  readonly seed: number | null
}

/**
 * The evaluations of a dataset at one moment: those of a generation without the changed ones, and the changed ones as they
 * are now. Each has a place: first those of the generation, then the changed ones.
 */
export class ColumnView {
  readonly operators: Dictionary
  readonly roots: Dictionary
  readonly #lists: PackedLists
  readonly #changed: readonly ChangedEvaluation[]
  readonly #isGone: Uint8Array | null
  readonly #gonePlaces: readonly number[]
  readonly #changedTraits: Int32Array
  readonly #changedWords: readonly Int32Array[]

  /** `goneIds` are the evaluations that came, went or changed. */
  constructor(lists: PackedLists, goneIds: readonly number[], changed: readonly ChangedEvaluation[]) {
    this.#lists = lists
    this.#changed = changed
    this.#isGone = goneIds.length === 0 ? null : new Uint8Array(lists.ids.length)
    this.#gonePlaces = goneIds.map((id) => findId(lists.ids, id)).filter((place) => place >= 0)
    for (const place of this.#gonePlaces) if (this.#isGone) this.#isGone[place] = 1
    this.operators = new Dictionary(lists.operatorNames)
    this.roots = new Dictionary(lists.roots)
    const words = lists.operators.map(() => new Int32Array(changed.length))
    this.#changedTraits = Int32Array.from(changed, ({ depth, flags, root, operators }, i) => {
      for (const operator of operators) {
        const bit = this.operators.add(operator)
        words[bit >> 5] ??= new Int32Array(changed.length)
        words[bit >> 5][i] |= 1 << (bit & 31)
      }
      return packTraits(depth, flags, this.roots.add(root))
    })
    this.#changedWords = words
  }

  /** Number of evaluations of the generation, also those that are gone. */
  get #base(): number {
    return this.#lists.ids.length
  }

  /** The number of places, also of evaluations that are gone. */
  get size(): number {
    return this.#base + this.#changed.length
  }

  /** Whether everything fits into its part of the traits. */
  get isExact(): boolean {
    return (
      this.roots.names.length <= TRAITS.root.limit && this.#changed.every(({ depth }) => depth < TRAITS.depth.limit)
    )
  }

  /** Each evaluation, in any order. */
  forEach(visit: (place: number) => void): void {
    const [base, isGone] = [this.#base, this.#isGone]
    for (let place = 0; place < base; place++) if (!isGone?.[place]) visit(place)
    for (let i = 0; i < this.#changed.length; i++) visit(base + i)
  }

  /** Each evaluation that has the metric in a range, in ascending order of its values. */
  forEachInOrder(
    column: MetricColumn,
    visit: (value: number, place: number) => void,
    { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: { min?: number; max?: number } = {},
  ): void {
    const { values, places } = this.#orderOf(column)
    const [isGone, changed] = [this.#isGone, this.#changedInOrder(column)]
    let next = 0
    while (next < changed.length && changed[next].value < min) next++
    const end = firstPlace(values, max, true)
    for (let i = firstPlace(values, min, false); i < end; i++) {
      const value = values[i]
      while (next < changed.length && changed[next].value < value) {
        visit(changed[next].value, changed[next].place)
        next++
      }
      if (!isGone?.[places[i]]) visit(value, places[i])
    }
    for (; next < changed.length && changed[next].value <= max; next++) visit(changed[next].value, changed[next].place)
  }

  /** The value of a metric at a place; not a number if it has none. */
  valueAt(column: MetricColumn): (place: number) => number {
    const [base, { byPlace }, changed] = [this.#base, this.#orderOf(column), this.#changed]
    return (place) => (place < base ? byPlace[place] : (changed[place - base].values[column] ?? Number.NaN))
  }

  /** The number of evaluations that have the metric. */
  countOf(column: MetricColumn): number {
    const gone = this.#goneValues(column)
    return this.#orderOf(column).values.length - gone.length + this.#changedInOrder(column).length
  }

  /** The value at an index of the ascending order, from 0. */
  valueInOrder(column: MetricColumn, index: number): number {
    const { values } = this.#orderOf(column)
    const gone = this.#goneValues(column)
    const came = Float64Array.from(this.#changedInOrder(column), ({ value }) => value)
    const countUpTo = (value: number) =>
      firstPlace(values, value, true) - firstPlace(gone, value, true) + firstPlace(came, value, true)
    const firstBeyond = (list: Float64Array): number => {
      let [low, high] = [0, list.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if (countUpTo(list[middle]) <= index) low = middle + 1
        else high = middle
      }
      return list[low] ?? Number.POSITIVE_INFINITY
    }
    return Math.min(firstBeyond(values), firstBeyond(came))
  }

  /** Evaluations whose runs of the present version have the metric more than once, in order of their ids. */
  listRepeated(column: MetricColumn): readonly RepeatedRuns[] {
    const [base, isGone] = [this.#base, this.#isGone]
    const kept = this.#lists.repeated.get(column) ?? []
    const changed = this.#changed.flatMap(({ id, repeated: { [column]: runs } }, i) =>
      runs && runs.runs > 1 ? [{ id, ...runs, place: base + i }] : [],
    )
    const present = isGone ? kept.filter(({ place }) => !isGone[place]) : kept
    return changed.length === 0 ? present : [...present, ...changed].sort((a, b) => a.id - b.id)
  }

  /** The seed of the single run of this version, or a code. */
  seedAt(place: number): number {
    const base = this.#base
    return (place < base ? this.#lists.seeds?.[place] : this.#changed[place - base].seed) ?? NO_SINGLE_RUN
  }

  runCountAt(place: number): number {
    const base = this.#base
    return place < base ? this.#lists.runCounts[place] : this.#changed[place - base].runCount
  }

  traitsAt(place: number): number {
    const base = this.#base
    return place < base ? this.#lists.traits[place] : this.#changedTraits[place - base]
  }

  /** 32 operators of the function at a place. */
  operatorsAt(place: number, word: number): number {
    const base = this.#base
    if (place >= base) return this.#changedWords[word][place - base]
    const { operators } = this.#lists
    return word < operators.length ? operators[word][place] : 0
  }

  #orderOf(column: MetricColumn): OrderedValues {
    const order = this.#lists.metrics.get(column)
    if (!order) throw new Error(`${column}: its list was not read; expected it among the lists of the question`)
    return order
  }

  #goneValues(column: MetricColumn): Float64Array {
    const { byPlace } = this.#orderOf(column)
    return Float64Array.from(this.#gonePlaces, (place) => byPlace[place])
      .filter((value) => !Number.isNaN(value))
      .sort()
  }

  #changedInOrder(column: MetricColumn): { value: number; place: number }[] {
    const base = this.#base
    const measured = this.#changed.flatMap(({ values }, i) => {
      const value = values[column] ?? null
      return value === null ? [] : [{ value, place: base + i }]
    })
    return measured.sort((a, b) => a.value - b.value)
  }
}

export const depthOf = (traits: number): number => (traits >> TRAITS.depth.shift) & (TRAITS.depth.limit - 1)
export const rootOf = (traits: number): number => traits >>> TRAITS.root.shift
export const hasFlag = (traits: number, flag: keyof typeof FLAGS): boolean => (traits & FLAGS[flag]) !== 0

/** The place of an id in an ascending list; -1 if it has none. */
export function findId(ids: Int32Array, id: number): number {
  let [low, high] = [0, ids.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ids[middle] < id) low = middle + 1
    else high = middle
  }
  return ids[low] === id ? low : -1
}

/** The first place of an ascending list that is not before the limit, or that is after it. */
function firstPlace(values: Float64Array, limit: number, isAfter: boolean): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle] < limit || (isAfter && values[middle] === limit)) low = middle + 1
    else high = middle
  }
  return low
}
