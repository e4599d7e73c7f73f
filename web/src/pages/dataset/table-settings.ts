import { METRICS, type Metric } from '../../language/metrics.js'

/** Rows are loaded in blocks of this size. Their details are half the units of a first visit. */
export const BLOCK_ROWS = 30

/** Three answers of a visitor to a question about functions. */
export type Answer = 'any' | 'yes' | 'no'

/** All that a visitor can choose for the table. The address has what differs from the start. */
export interface TableSettings {
  readonly metric: Metric
  readonly isReversed: boolean
  readonly operators: string
  readonly without: string
  readonly depth: string
  readonly symmetry: 'any' | 'even' | 'odd'
  readonly monotone: Answer
  readonly bounded: Answer
  readonly smooth: Answer
  /** The range of the metric, in percent if it is a share. */
  readonly min: string
  readonly max: string
  /** The least number of runs. */
  readonly runs: string
}

const START: TableSettings = {
  metric: METRICS[0],
  isReversed: false,
  ...{
    operators: '',
    without: '',
    depth: '',
    symmetry: 'any',
    monotone: 'any',
    bounded: 'any',
    smooth: 'any',
    min: '',
    max: '',
    runs: '',
  },
}
const TEXTS = [
  'operators',
  'without',
  'depth',
  'symmetry',
  'monotone',
  'bounded',
  'smooth',
  'min',
  'max',
  'runs',
] as const

/** The settings in an address such as `?operators=tanh&monotone=yes`. */
export function readSettings(query: Readonly<Record<string, string>>): TableSettings {
  const texts = TEXTS.filter((name) => query[name]).map((name) => [name, query[name]])
  return {
    ...START,
    ...Object.fromEntries(texts),
    metric: METRICS.find(({ name }) => name === query.sort) ?? START.metric,
    isReversed: query.reversed === 'yes',
  }
}

/** The address of settings, with what else it has. */
export function writeSettings(path: string, settings: TableSettings, find: string): string {
  const parameters = new URLSearchParams(
    TEXTS.filter((name) => settings[name] !== START[name]).map((name) => [name, settings[name]]),
  )
  if (settings.metric !== START.metric) parameters.set('sort', settings.metric.name)
  if (settings.isReversed) parameters.set('reversed', 'yes')
  if (find !== '') parameters.set('find', find)
  const text = parameters.toString()
  return text === '' ? path : `${path}?${text}`
}

export function isFiltered(settings: TableSettings): boolean {
  return TEXTS.some((name) => settings[name] !== START[name])
}

/** The order of the rows, as the API takes it. Accuracies are best when high, losses and times when low. */
export function toOrder({ metric, isReversed }: TableSettings) {
  const direction = metric.isShare !== isReversed ? ('DESCENDING' as const) : ('ASCENDING' as const)
  return { metric: metric.name, direction }
}

/** The filter of the rows, as the API takes it. */
export function toFilter(settings: TableSettings) {
  if (!isFiltered(settings)) return null
  const { metric, operators, without, depth, symmetry, monotone, bounded, smooth, min, max, runs } = settings
  const unit = metric.isShare ? 100 : 1
  return {
    activation: {
      ...(operators && { operators: splitNames(operators) }),
      ...(without && { withoutOperators: splitNames(without) }),
      ...(depth && { maxDepth: Number(depth) }),
      ...(symmetry === 'even' && { isEven: true }),
      ...(symmetry === 'odd' && { isOdd: true }),
      ...(monotone !== 'any' && { isMonotone: monotone === 'yes' }),
      ...(bounded !== 'any' && { isBounded: bounded === 'yes' }),
      ...(smooth !== 'any' && { isSmooth: smooth === 'yes' }),
    },
    [metric.field]: { ...(min && { min: Number(min) / unit }), ...(max && { max: Number(max) / unit }) },
    ...(runs && { minRuns: Number(runs) }),
  }
}

function splitNames(text: string): string[] {
  return text.split(/[\s,]+/).filter((name) => name !== '')
}

/** The variables of the query for a part of the rows. */
export function toRowsVariables(
  name: string,
  settings: TableSettings,
  part: { readonly offset: number; readonly first: number; readonly withDetails: boolean },
) {
  return { name, ...part, metric: settings.metric.name, order: toOrder(settings), filter: toFilter(settings) }
}
