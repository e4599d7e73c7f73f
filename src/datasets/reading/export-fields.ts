import type { TableRecord } from './table-records.js'

/** What exports say of a run or an evaluation besides its results. An import sets these fields again. */
const FIELDS: ReadonlySet<string> = new Set([
  ...['dataset', 'activationId', 'version', 'softwareVersion', 'createdAt', 'equivalents', 'outputs'],
])

/** What `evaluations.*` of an export says of a function and of its place in the dataset. */
const FUNCTION_FIELDS: ReadonlySet<string> = new Set([
  ...['runCount', 'standardDeviation', 'rank', 'rankBest', 'rankWorst', 'tieGroup'],
  ...['predicted', 'predictedStandardDeviation', 'names', 'depth', 'isFinite', 'isConstant'],
  ...[
    'hasMoments',
    'gaussianMean',
    'gaussianStandardDeviation',
    'isEven',
    'isOdd',
    'isMonotone',
    'isBounded',
    'isSmooth',
  ],
  ...['valueAtZero', 'derivativeAtZero', 'leftSlope', 'rightSlope', 'turningPoints'],
])

/** Whether a column is of an export, and no result. */
export function isOfExport(name: string, { cells }: Pick<TableRecord, 'cells'>): boolean {
  if (!cells.has('activationId')) return false
  if (FUNCTION_FIELDS.has(name)) return cells.has('hasMoments')
  return FIELDS.has(name) && ['createdAt', 'equivalents', 'hasMoments'].some((column) => cells.has(column))
}
