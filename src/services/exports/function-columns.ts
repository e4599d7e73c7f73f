import type { ColumnOfTable, RowOfTable } from '../../datasets/writing/write-table.js'
import type { ExportedFunction } from '../../db/exports/function-columns.js'
import { describeProperties } from '../activations/describe-properties.js'
import { namesOf } from '../activations/find-known-functions.js'
import { isMarked, type MomentsMark } from './moments-mark.js'

const BOOLEANS = ['isEven', 'isOdd', 'isMonotone', 'isBounded', 'isSmooth'] as const
const FLOATS = ['valueAtZero', 'derivativeAtZero', 'leftSlope', 'rightSlope'] as const

/** What a table says of the function of a row. The columns have the names of the API. */
export const FUNCTION_COLUMNS: readonly ColumnOfTable[] = [
  { name: 'names', type: 'texts' },
  { name: 'depth', type: 'integer' },
  { name: 'isFinite', type: 'boolean' },
  { name: 'isConstant', type: 'boolean' },
  { name: 'hasMoments', type: 'boolean' },
  { name: 'gaussianMean', type: 'float' },
  { name: 'gaussianStandardDeviation', type: 'float' },
  ...BOOLEANS.map((name): ColumnOfTable => ({ name, type: 'boolean' })),
  ...FLOATS.map((name): ColumnOfTable => ({ name, type: 'float' })),
  { name: 'turningPoints', type: 'integer' },
]

/** The cells of FUNCTION_COLUMNS. */
export async function toFunctionCells(row: ExportedFunction, mark: MomentsMark): Promise<RowOfTable> {
  const properties = row.hasProperties ? row : await describeProperties(row.representative)
  const hasMoments = row.hasMoments && isMarked(row.activation, mark)
  return [
    ...[await namesOf(row.activationId), row.depth, row.isFinite, row.isConstant],
    ...(hasMoments ? [true, row.gaussianMean, row.gaussianStandardDeviation] : [false, null, null]),
    ...BOOLEANS.map((name) => properties[name]),
    ...FLOATS.map((name) => properties[name]),
    properties.turningPoints,
  ]
}
