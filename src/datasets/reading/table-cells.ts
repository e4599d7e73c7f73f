import { METRIC_PROPERTIES, type MetricProperty } from '../../metrics.js'

/** A cell of a table: text of a CSV, or a value of JSON. Undefined if the row is too short. */
export type Cell = string | number | boolean | null | undefined

/** What a cell says: a number, nothing, or something else. */
export type CellValue =
  | { readonly kind: 'NUMBER'; readonly value: number }
  | { readonly kind: 'MISSING' }
  | { readonly kind: 'PERCENT'; readonly value: number; readonly text: string }
  | { readonly kind: 'OTHER'; readonly text: string }

const MISSING = new Set(['', 'na', 'n/a', 'null', 'none', '-', '--', '?', 'missing'])
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i
const DECIMAL_COMMA = /^([-+]?\d+),(\d+(?:e[-+]?\d+)?)$/i

/** Reads a cell. `hasDecimalComma`: whether `0,93` is a number, as in files with semicolons. */
export function readCell(cell: Cell, hasDecimalComma: boolean): CellValue {
  if (cell === null || cell === undefined) return { kind: 'MISSING' }
  if (typeof cell === 'number') return Number.isFinite(cell) ? { kind: 'NUMBER', value: cell } : other(cell)
  if (typeof cell === 'boolean') return other(cell)
  const text = cell.trim()
  if (MISSING.has(text.toLowerCase())) return { kind: 'MISSING' }
  const isPercent = text.endsWith('%')
  const bare = (isPercent ? text.slice(0, -1).trimEnd() : text).replace(
    hasDecimalComma ? DECIMAL_COMMA : /^\b$/,
    '$1.$2',
  )
  if (!NUMBER.test(bare) || !Number.isFinite(Number(bare))) return other(text)
  return isPercent ? { kind: 'PERCENT', value: Number(bare), text } : { kind: 'NUMBER', value: Number(bare) }
}

function other(cell: string | number | boolean): CellValue {
  return { kind: 'OTHER', text: String(cell).slice(0, 40) }
}

export function isAccuracy(field: string): boolean {
  return field.endsWith('Accuracy')
}

export function isMetric(field: string): field is MetricProperty {
  return (METRIC_PROPERTIES as readonly string[]).includes(field)
}
