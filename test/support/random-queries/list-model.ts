import type { ActivationFilter, EvaluationFilter } from '../../../src/graphql/datasets/filters.input.js'

// The lists of the API as one would write them down without a database: filter, sort, cut.

export const METRIC_COLUMNS = [
  ...(['train_accuracy', 'validation_accuracy', 'test_accuracy', 'runtime_seconds'] as const),
  ...(['train_loss', 'validation_loss', 'test_loss'] as const),
]
export type MetricColumn = (typeof METRIC_COLUMNS)[number]

export interface StoredActivation {
  readonly id: number
  readonly identity: string
  readonly depth: number
  readonly operators: string[]
  readonly isFinite: boolean
  readonly spellings: string[]
}

export type StoredEvaluation = {
  readonly id: number
  readonly dataset: string
  readonly activationId: number
} & Readonly<Record<MetricColumn, number | null>>

export interface Tables {
  readonly activations: readonly StoredActivation[]
  readonly evaluations: readonly StoredEvaluation[]
  readonly points: readonly { readonly activationId: number; readonly x: number | null; readonly mean: number | null }[]
}

/** A row of a list: the id of its node, its place in the order, and whether the filter lets it through. */
export interface ListRow {
  readonly nodeId: string
  readonly value: number | null
  readonly key: number
  readonly passes: boolean
}

/** How a list is ordered: by value, then by key; rows without a value come last. */
export interface ListOrder {
  readonly isDescending: boolean
  readonly isKeyDescending: boolean
}

export interface ListWindow {
  readonly size: number
  readonly isBackward: boolean
  readonly after: ListRow | null
  readonly before: ListRow | null
}

/** What a page must be. */
export interface ListPage {
  readonly rows: readonly ListRow[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly totalCount: number
}

/** Sorts the rows, whether or not they pass the filter: a cursor may stand at any of them. */
export function sortRows(rows: readonly ListRow[], order: ListOrder): ListRow[] {
  return [...rows].sort((a, b) => compareRows(a, b, order))
}

/** The page that a window shows of a list. */
export function cutPage(rows: readonly ListRow[], order: ListOrder, window: ListWindow): ListPage {
  const { size, isBackward, after, before } = window
  const list = sortRows(
    rows.filter((row) => row.passes),
    order,
  )
  const isAhead = (row: ListRow) => after !== null && compareRows(row, after, order) <= 0
  const isBeyond = (row: ListRow) => before !== null && compareRows(row, before, order) >= 0
  const between = list.filter((row) => !isAhead(row) && !isBeyond(row))
  const isCut = between.length > size
  return {
    rows: isBackward ? between.slice(-size) : between.slice(0, size),
    hasNextPage: list.some(isBeyond) || (isCut && !isBackward),
    hasPreviousPage: list.some(isAhead) || (isCut && isBackward),
    totalCount: list.length,
  }
}

export function passesActivation(
  activation: StoredActivation,
  filter: ActivationFilter | null | undefined,
  { evaluations }: Tables,
): boolean {
  const { operators, withoutOperators, contains, maxDepth, evaluatedIn, notEvaluatedIn } = filter ?? {}
  const isIn = (dataset: string) =>
    evaluations.some((each) => each.activationId === activation.id && each.dataset === dataset)
  const part = (contains ?? '').replaceAll(' ', '')
  return (
    (operators ?? []).every((name) => activation.operators.includes(name)) &&
    !(withoutOperators ?? []).some((name) => activation.operators.includes(name)) &&
    (part === '' || activation.spellings.some((text) => text.includes(part))) &&
    (maxDepth == null || activation.depth <= maxDepth) &&
    (filter?.isFinite == null || activation.isFinite === filter.isFinite) &&
    (evaluatedIn == null || isIn(evaluatedIn)) &&
    (notEvaluatedIn == null || !isIn(notEvaluatedIn))
  )
}

export function passesEvaluation(
  evaluation: StoredEvaluation,
  filter: EvaluationFilter | null | undefined,
  tables: Tables,
): boolean {
  const activation = tables.activations.find(({ id }) => id === evaluation.activationId) as StoredActivation
  const ranges = [
    [filter?.trainAccuracy, evaluation.train_accuracy],
    [filter?.validationAccuracy, evaluation.validation_accuracy],
    [filter?.testAccuracy, evaluation.test_accuracy],
    [filter?.runtimeSeconds, evaluation.runtime_seconds],
  ] as const
  return (
    passesActivation(activation, filter?.activation, tables) &&
    ranges.every(([range, value]) => {
      const isOpen = range?.min == null && range?.max == null
      if (value === null) return isOpen
      return value >= (range?.min ?? -1) && value <= (range?.max ?? Number.MAX_VALUE)
    })
  )
}

function compareRows(a: ListRow, b: ListRow, { isDescending, isKeyDescending }: ListOrder): number {
  const byKey = isKeyDescending ? b.key - a.key : a.key - b.key
  if (a.value === b.value) return byKey
  if (a.value === null || b.value === null) return a.value === null ? 1 : -1
  return a.value < b.value === isDescending ? 1 : -1
}
