import type { UploadedRow } from '../../db/surrogates/uploaded-predictions.js'
import { ActbenchError } from '../../errors.js'
import { createPace, SERVED_HOLD_MILLISECONDS } from '../../surrogate/pace.js'
import { describeActivation } from '../activations/describe-activation.js'
import { requireFinite } from '../activations/ensure-activation.js'
import { joinProblems, MAX_PROBLEMS } from '../join-problems.js'
import { refuseInput } from '../validate-input.js'
import { openUploadedFile, type RowPlace, type UncheckedRow } from './uploaded-file.js'

/** A prediction as a client sends it. */
export interface UploadedPredictionInput {
  readonly expression: string
  /** From 0 to 1. */
  readonly mean: number
  /** At least 0. */
  readonly standardDeviation?: number | null
}

export interface UploadedRowsInput {
  /** 1 to 1000 rows. */
  readonly rows?: readonly UploadedPredictionInput[] | null
  /** CSV or JSON Lines with up to 50,000 rows, plain, or gzip in base64. */
  readonly file?: string | null
}

export const MAX_LISTED_ROWS = 1000
export const MAX_FILE_ROWS = 50_000

/**
 * The predictions of an upload, one for each function. Throws BAD_USER_INPUT, INVALID_EXPRESSION or NOT_FINITE with `row`,
 * `field`, `expected` and `found` of the first wrong row, and up to 100 wrong rows in `problems`. Other requests are served
 * meanwhile.
 */
export async function readUpload({ rows, file }: UploadedRowsInput): Promise<UploadedRow[]> {
  if (file != null && rows != null) refuseInput('file', 'either rows or a file', 'both')
  if (file != null) return checkRows(openUploadedFile(file), MAX_FILE_ROWS, 'file')
  if (rows == null) refuseInput('rows', 'rows or a file', 'neither')
  if (rows.length > MAX_LISTED_ROWS) {
    refuseInput('rows', `at most ${MAX_LISTED_ROWS} rows, or a file with up to ${MAX_FILE_ROWS}`, `${rows.length} rows`)
  }
  return checkRows(listRows(rows), MAX_LISTED_ROWS, 'rows')
}

async function* listRows(rows: readonly UploadedPredictionInput[]): AsyncGenerator<UncheckedRow, void, void> {
  for (const [row, { expression, mean, standardDeviation = null }] of rows.entries()) {
    yield { place: { row, line: null }, expression, mean, standardDeviation }
  }
}

/** A function takes 0.1 ms or more, so this yields to other requests every 2 ms. */
async function checkRows(rows: AsyncIterable<UncheckedRow>, most: number, argument: string): Promise<UploadedRow[]> {
  const found = new Map<string, UploadedRow & { readonly place: RowPlace }>()
  const problems: ActbenchError[] = []
  const pace = createPace({ holdMilliseconds: SERVED_HOLD_MILLISECONDS })
  let count = 0
  for await (const unchecked of rows) {
    if (++count > most) refuseInput(argument, `at most ${most} rows`, 'more')
    if (pace.due()) await pace.pause(0)
    try {
      const row = checkRow(unchecked)
      const known = found.get(row.identityHex)
      if (!known) found.set(row.identityHex, { ...row, place: unchecked.place })
      else if (known.mean !== row.mean || known.standardDeviation !== row.standardDeviation) {
        throw wrongCell(
          unchecked.place,
          'expression',
          `a function that ${describePlace(known.place)} does not predict with other values`,
          row.expression,
        )
      }
    } catch (error) {
      if (!(error instanceof ActbenchError)) throw error
      problems.push(error)
      if (problems.length === MAX_PROBLEMS) break
    }
  }
  if (problems.length > 0) throw joinProblems(problems)
  if (count === 0) refuseInput(argument, `1 to ${most} rows`, '0 rows')
  return [...found.values()].map(({ place: _, ...row }) => row)
}

function checkRow({ place, expression, mean, standardDeviation }: UncheckedRow): UploadedRow {
  if (typeof expression !== 'string') throw wrongCell(place, 'expression', 'an expression such as tanh(x)', expression)
  if (typeof mean !== 'number' || !(mean >= 0 && mean <= 1)) {
    throw wrongCell(place, 'mean', 'a validation accuracy from 0 to 1', mean)
  }
  const isDeviation =
    typeof standardDeviation === 'number' && standardDeviation >= 0 && standardDeviation < Number.POSITIVE_INFINITY
  if (standardDeviation !== null && !isDeviation) {
    throw wrongCell(place, 'standardDeviation', 'a finite number of at least 0, or null', standardDeviation)
  }
  const { identityHex, canonicalText } = describeAt(place, expression)
  return { identityHex, expression: canonicalText, mean, standardDeviation: standardDeviation as number | null }
}

function describeAt(place: RowPlace, expression: string) {
  try {
    const described = describeActivation(expression)
    requireFinite(described)
    return described
  } catch (error) {
    if (!(error instanceof ActbenchError)) throw error
    const expected = error.code === 'NOT_FINITE' ? 'a function with finite outputs' : 'an expression such as tanh(x)'
    throw new ActbenchError(error.code, `${describePlace(place)}.expression: ${error.message}`, {
      ...error.extensions,
      ...toExtensions(place, 'expression', expected, expression),
    })
  }
}

function wrongCell(place: RowPlace, field: string, expected: string, found: unknown): ActbenchError {
  const shown = typeof found === 'string' ? JSON.stringify(found.slice(0, 80)) : String(found ?? 'nothing')
  const extensions = toExtensions(place, field, expected, found)
  const message = `${describePlace(place)}.${field}: expected ${expected}, got ${shown}`
  return new ActbenchError('BAD_USER_INPUT', message, extensions)
}

function toExtensions({ row, line }: RowPlace, field: string, expected: string, found: unknown) {
  const argument = line === null ? `rows[${row}].${field}` : 'file'
  // JSON has no NaN.
  const shown = typeof found === 'string' ? found.slice(0, 80) : found == null ? null : String(found)
  return { argument, row, ...(line !== null && { line }), field, expected, found: shown }
}

function describePlace({ row, line }: RowPlace): string {
  return line === null ? `rows[${row}]` : `file: line ${line}`
}
