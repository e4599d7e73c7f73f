import { LEARNED_PARAMETERS, type LearnedParameter } from '../../learned-parameters.js'
import { isMetricValue, METRIC_PROPERTIES, type MetricProperty, type Metrics } from '../../metrics.js'
import { SPECTRUM_KEY } from '../act-bench.js'
import { type AccuracyUnits, createAccuracyUnits } from './accuracy-units.js'
import { toCanonical } from './canonical-text.js'
import { isOfExport } from './export-fields.js'
import { MalformedFileError } from './malformed-file.js'
import type { IssueCode, RowIssue } from './parse-row.js'
import { readSpectrumCell } from './spectrum-cell.js'
import { findSpectrumProblem } from './spectrum-problem.js'
import { type Cell, isAccuracy, isMetric, readCell } from './table-cells.js'
import { isAmbiguous, type TableField, toField } from './table-fields.js'
import type { OpenedRecords, TableRecord } from './table-records.js'

/** One run of a table. */
export interface TableRow {
  readonly line: number
  readonly byteOffset: number
  /** The canonical text; null if the line cannot become a run. */
  readonly expression: string | null
  readonly seed: number | null
  readonly metrics: Metrics
  /** The object in the column `metadata` and the cells of columns without a meaning, or null. */
  readonly metadata: Readonly<Record<string, unknown>> | null
  /** As `/export/<dataset>/runs.jsonl` writes them, or null. */
  readonly learnedParameters: readonly LearnedParameter[] | null
  /** The Fisher spectrum of the function, as `/export/<dataset>.jsonl` writes it, or null. */
  readonly spectrum: Float32Array | null
  readonly issues: readonly RowIssue[]
}

/**
 * Reads the lines of a table one at a time. Throws `MalformedFileError` without a column of expressions or of a metric,
 * if two columns mean the same, and for a column of accuracies with fractions and percentages.
 */
export async function* parseTable({ records, hasDecimalComma }: OpenedRecords): AsyncGenerator<TableRow, void, void> {
  const columns = new Map<string, TableField | null>()
  const units = createAccuracyUnits()
  let isFirst = true
  for await (const record of records) {
    const added = [...record.cells.keys()].filter((name) => !columns.has(name))
    const issues = added.flatMap((name) => addColumn(columns, name, record))
    if (isFirst) requireColumns(columns, record)
    isFirst = false
    yield parseRecord(record, { columns, units, hasDecimalComma }, issues)
  }
}

function addColumn(columns: Map<string, TableField | null>, name: string, record: TableRecord): RowIssue[] {
  if (isOfExport(name, record)) return []
  const cell = record.cells.get(name)
  if (name === 'metadata' && (cell === null || isMetadata(name, cell))) return []
  if (name === 'learnedParameters' && (cell === null || readLearned(name, cell))) return []
  if (isSpectrum(name, cell)) return []
  const field = toField(name)
  const other = field && [...columns].find(([, known]) => known === field)
  if (other) {
    const problem = `the columns ${JSON.stringify(other[0])} and ${JSON.stringify(name)} both are ${field}; keep one of them`
    throw new MalformedFileError(record.byteOffset, problem)
  }
  columns.set(name, field)
  if (field) return []
  const isScalar = isScalarCell(cell)
  const hint = isAmbiguous(name) ? '; call it validation, test or train, such as validation_accuracy' : ''
  const message = `the column ${JSON.stringify(name)} is no metric${hint}; its cells are ${isScalar ? 'kept as metadata of the runs' : 'ignored'}`
  return [{ code: 'UNKNOWN_COLUMN', key: name.slice(0, 200), byteOffset: record.byteOffset, message, isKept: true }]
}

function requireColumns(columns: ReadonlyMap<string, TableField | null>, { byteOffset }: TableRecord): void {
  const fields = [...columns.values()]
  const shown = [...columns.keys()]
    .map((name) => JSON.stringify(name))
    .join(', ')
    .slice(0, 300)
  if (!fields.includes('expression')) {
    throw new MalformedFileError(
      byteOffset,
      `columns: expected one called expression, function or activation, got ${shown}`,
    )
  }
  if (!fields.some((field) => field && isMetric(field))) {
    throw new MalformedFileError(
      byteOffset,
      `columns: expected a metric, such as validation_accuracy, val_acc, test_loss or runtime, got ${shown}`,
    )
  }
}

/** What the lines before a line have shown about the table. */
interface TableReading {
  readonly columns: ReadonlyMap<string, TableField | null>
  readonly units: AccuracyUnits
  readonly hasDecimalComma: boolean
}

function parseRecord(
  { cells, line, byteOffset }: TableRecord,
  { columns, units, hasDecimalComma }: TableReading,
  columnIssues: readonly RowIssue[],
): TableRow {
  const metrics = Object.fromEntries(METRIC_PROPERTIES.map((name) => [name, null])) as Record<
    MetricProperty,
    number | null
  >
  let metadata: Record<string, unknown> = {}
  let learnedParameters: readonly LearnedParameter[] | null = null
  let spectrum: Float32Array | null = null
  const found: Pick<RowIssue, 'code' | 'message' | 'isKept' | 'suggestion'>[] = []
  const report = (code: IssueCode, message: string, isKept = true) => found.push({ code, message, isKept })
  let text = ''
  let seed: number | null = null
  for (const [name, cell] of cells) {
    const field = columns.get(name) ?? null
    if (isOfExport(name, { cells })) continue
    if (isMetadata(name, cell)) metadata = { ...metadata, ...cell }
    learnedParameters = readLearned(name, cell) ?? learnedParameters
    if (isSpectrum(name, cell)) {
      const read = readSpectrumCell(cell)
      const problem = typeof read === 'string' ? read : read && findSpectrumProblem(read)
      if (problem !== null) report('UNUSABLE_SPECTRUM', `line ${line}: the spectrum is ${problem}`)
      else spectrum = read as Float32Array | null
      continue
    }
    if (!isScalarCell(cell)) continue
    if (field === 'expression') {
      text = String(cell ?? '').trim()
      continue
    }
    if (field === null) {
      if (cell !== null && cell !== undefined && cell !== '') metadata[name] = cell
      continue
    }
    const value = readCell(cell, hasDecimalComma)
    const where = `line ${line}, column ${JSON.stringify(name)}`
    if (value.kind === 'MISSING') continue
    let number = value.kind === 'NUMBER' ? value.value : Number.NaN
    if (isAccuracy(field)) {
      const { fraction, isFirstPercentage } = units.read(value, { column: name, where, byteOffset })
      number = fraction
      if (isFirstPercentage)
        report('PERCENTAGES', `${where} is ${String(cell)}: the column has percentages, which are divided by 100`)
    }
    const shown = String(cell).slice(0, 40)
    if (field === 'seed') {
      if (Number.isInteger(number) && number >= 0 && number < 2 ** 31) seed = number
      else report('UNUSABLE_SEED', `${where} is ${shown}; expected a whole number from 0`)
    } else if (isMetricValue(field, number)) {
      metrics[field] = number
      if (field.endsWith('Loss') && number < 0)
        report('NEGATIVE_LOSS', `${where} is ${number}; a mean cross-entropy is never negative`)
    } else report('UNUSABLE_METRIC', `${where} is ${JSON.stringify(shown)}`)
  }
  const hasMetric = Object.values(metrics).some((value) => value !== null)
  const expression = toCanonical(text, (problem, suggestion) => {
    const shown = JSON.stringify(text.slice(0, 80))
    const message = `line ${line}: ${shown} is not an expression over the known operators: ${problem}`
    found.push({ code: 'UNUSABLE_EXPRESSION', message, isKept: false, suggestion })
  })
  if (expression !== null && !hasMetric) {
    report('NO_METRIC', `line ${line} has no usable metric, so it becomes no run`, false)
  }
  const isUsable = expression !== null && hasMetric
  const key = text.slice(0, 200)
  return {
    ...{ line, byteOffset, seed, metrics },
    expression: isUsable ? expression : null,
    metadata: Object.keys(metadata).length > 0 ? metadata : null,
    ...{ learnedParameters, spectrum },
    issues: [
      ...columnIssues,
      ...found.map((issue) => ({
        ...issue,
        key,
        line,
        byteOffset,
        isKept: issue.code === 'PERCENTAGES' || (isUsable && issue.isKept),
      })),
    ],
  }
}

/**
 * The issue of a line whose function and seed an earlier line has; null if they are new, and then they are noted. Lines
 * without a seed are never repeated.
 */
export function findRepeat(
  seen: Map<string, number>,
  activation: string | number,
  { expression, seed, line, byteOffset }: TableRow,
): RowIssue | null {
  if (seed === null) return null
  const run = `${activation}:${seed}`
  const earlier = seen.get(run)
  if (earlier === undefined) {
    seen.set(run, line)
    return null
  }
  const message = `line ${line}: line ${earlier} has a run of this function with seed ${seed}, which counts`
  return { code: 'REPEATED_RUN', key: (expression ?? '').slice(0, 200), line, byteOffset, message, isKept: false }
}

/** Whether a cell is the object of a run's metadata, as `/export/<dataset>/runs.jsonl` writes it. */
function isMetadata(name: string, cell: unknown): cell is Readonly<Record<string, unknown>> {
  return name === 'metadata' && typeof cell === 'object' && cell !== null && !Array.isArray(cell)
}

/** Whether a cell is the spectrum of a function, or says that it has none. */
function isSpectrum(name: string, cell: unknown): boolean {
  return (cell === null || Array.isArray(cell)) && ['fisherSpectrum', 'fisher_spectrum', SPECTRUM_KEY].includes(name)
}

/** The learned parameters of a run in a cell; null if it is another cell. */
function readLearned(name: string, cell: unknown): readonly LearnedParameter[] | null {
  if (name !== 'learnedParameters') return null
  const parsed = LEARNED_PARAMETERS.safeParse(cell)
  return parsed.success ? parsed.data : null
}

function isScalarCell(cell: unknown): cell is Cell {
  return typeof cell !== 'object' || cell === null
}
