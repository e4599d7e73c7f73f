import type { SchemaElement, SchemaTree } from 'hyparquet'
import { SPECTRUM_KEY } from '../../act-bench.js'
import { isOfExport } from '../export-fields.js'
import { MalformedFileError } from '../malformed-file.js'
import { toField } from '../table-fields.js'

/** A column of a Parquet file that a table needs. */
export interface ParquetColumn {
  readonly name: string
  /** Whether its cells are read. An import takes nothing from other lists and structures, which may be large. */
  readonly isRead: boolean
}

/**
 * The columns that an import needs, in the order of the file. Throws `MalformedFileError` if a name occurs twice, or if the
 * cells of a column cannot be what its name says.
 */
export function findColumns(schema: SchemaTree): ParquetColumn[] {
  const names = schema.children.map(({ element }) => element.name)
  const repeated = names.find((name, i) => names.indexOf(name) !== i)
  if (repeated) throw new MalformedFileError(0, `columns: ${JSON.stringify(repeated)} occurs twice; expected it once`)
  const cells = new Map(names.map((name) => [name, null]))
  const used = schema.children.filter(({ element }) => !isOfExport(element.name, { cells }))
  for (const column of used) requireType(column)
  return used.map(({ element: { name }, children }) => ({ name, isRead: children.length === 0 || NESTED.has(name) }))
}

/** The columns that may be lists or structures. */
const NESTED: ReadonlySet<string> = new Set([
  ...['fisherSpectrum', 'fisher_spectrum', SPECTRUM_KEY, 'metadata', 'learnedParameters'],
])

function requireType({ element, children }: SchemaTree): void {
  const field = toField(element.name)
  const expected = field === 'expression' ? 'text' : field === null ? null : 'numbers'
  const isNested = children.length > 0
  if (expected === null || (!isNested && (isText(element) || (expected === 'numbers' && isNumber(element))))) return
  const got = nameType(element) ?? 'a structure'
  throw new MalformedFileError(0, `column ${JSON.stringify(element.name)}: expected ${expected}, got ${got}`)
}

/** Text may also be a number, as in a CSV. */
function isText({ type, converted_type, logical_type }: SchemaElement): boolean {
  const meaning = logical_type?.type ?? converted_type
  return type === 'BYTE_ARRAY' && (meaning === undefined || ['STRING', 'UTF8', 'ENUM'].includes(meaning))
}

function isNumber({ type, converted_type, logical_type }: SchemaElement): boolean {
  const meaning = logical_type?.type ?? converted_type
  if (meaning === 'DECIMAL' || meaning === 'FLOAT16') return true
  // A column without values has the meaning NULL. The names of whole numbers are INTEGER, INT_8 to INT_64, and UINT_8 to UINT_64.
  const isPlain = meaning === undefined || meaning === 'NULL' || /^U?INT/.test(meaning)
  return isPlain && ['INT32', 'INT64', 'FLOAT', 'DOUBLE'].includes(type ?? '')
}

function nameType({ type, converted_type, logical_type }: SchemaElement): string | undefined {
  return logical_type?.type ?? converted_type ?? type
}
