import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { decodeFloat32s } from '../../datasets/reading/spectrum-cell.js'
import { findSpectrumProblem } from '../../datasets/reading/spectrum-problem.js'
import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { countSpectra } from '../../db/features/given-spectra.js'
import type { Dataset } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { describeActivation } from '../activations/describe-activation.js'
import { ensureActivations, requireFinite } from '../activations/ensure-activation.js'
import { getOwnDataset } from '../datasets/get-dataset.js'
import { joinProblems, MAX_PROBLEMS } from '../join-problems.js'
import { refitForSpectra } from '../surrogates/refit-when-due.js'
import { refuseInput } from '../validate-input.js'
import { openSpectraTarget, type SpectraTarget, type StoredSpectra, storeSpectra } from './store-spectra.js'

export interface FisherSpectrumRow {
  readonly expression: string
  /** Little-endian float32 numbers. */
  readonly base64: string
}

export interface AddFisherSpectraInput {
  readonly dataset: string
  /** 1 to 1000 rows. */
  readonly rows: readonly FisherSpectrumRow[]
  /** Whether other values replace those that are stored. @defaultValue false */
  readonly replace?: boolean | null
}

export interface AddedFisherSpectra extends StoredSpectra {
  readonly dataset: Dataset
}

export const MAX_ROWS = 1000

/**
 * Adds Fisher spectra that a client computed to the client's own dataset, all or none. Functions without an evaluation are
 * kept for predictions. A repeated request changes nothing. Scope: DATASET. Throws NOT_FOUND, FORBIDDEN, CONFLICT if a function
 * has another spectrum, or the errors of rows, which name them, such as `rows[3].base64`.
 */
export async function addFisherSpectra(
  database: Database,
  viewer: Viewer | null,
  { dataset: name, rows, replace }: AddFisherSpectraInput,
): Promise<AddedFisherSpectra> {
  const owner = requireScope(viewer, 'DATASET')
  if (rows.length < 1 || rows.length > MAX_ROWS) refuseInput('rows', `1 to ${MAX_ROWS} rows`, `${rows.length} rows`)
  const read = await readRows(rows)
  return inTransaction(database, async (db) => {
    const { id } = await getOwnDataset(db, owner, name)
    const ids = await ensureActivations(
      db,
      read.map(({ expression }) => expression),
    )
    const target = await openSpectraTarget(db, { id, name })
    const problems: ActbenchError[] = []
    const counts = await storeSpectra(
      db,
      target,
      read.map(({ expression, values }) => ({ activationId: ids.get(expression) as number, values, reason: null })),
      {
        replaces: replace ?? false,
        refuse: (index, problem, message) => refuseRow(read[index], problem, message),
        onRefused: (error) => problems.push(error),
      },
    )
    if (problems.length > 0) throw joinProblems(problems)
    await requireRoom(db, target)
    await refitForSpectra(db, id)
    return { dataset: await db.dataset.findUniqueOrThrow({ where: { id } }), ...counts }
  })
}

/** A row that can be stored, with its place in the input. */
interface ReadRow {
  readonly row: number
  readonly expression: string
  readonly values: Float32Array
}

function refuseRow({ row, expression }: ReadRow, problem: 'length' | 'value', message: string): ActbenchError {
  const argument = `rows[${row}].base64`
  const shown = expression.slice(0, 80)
  return problem === 'length'
    ? new ActbenchError('BAD_USER_INPUT', `${argument}: the spectrum of ${shown}: ${message}`, { argument })
    : new ActbenchError('CONFLICT', `${argument}: ${shown}: ${message}; replace it with replace: true`, { argument })
}

/** An identity takes 0.1 ms, so other requests are served after this number of rows. */
const ROWS_AT_ONCE = 50

/** One row for each function. Throws the problems of all rows. */
async function readRows(rows: readonly FisherSpectrumRow[]): Promise<ReadRow[]> {
  const functions = new Map<string, ReadRow>()
  const problems: ActbenchError[] = []
  for (const [row, { expression: text, base64 }] of rows.entries()) {
    if (row > 0 && row % ROWS_AT_ONCE === 0) await yieldToOthers()
    try {
      const described = describeActivation(text)
      requireFinite(described)
      const expression = described.canonicalText
      const read = { row, expression, values: readValues(base64, expression) }
      const first = functions.get(described.identityHex)
      if (first) requireEqual(first, read)
      else functions.set(described.identityHex, read)
    } catch (error) {
      if (!(error instanceof ActbenchError)) throw error
      problems.push(atRow(error, row))
      if (problems.length === MAX_PROBLEMS) break
    }
  }
  if (problems.length > 0) throw joinProblems(problems)
  return [...functions.values()]
}

function readValues(base64: string, expression: string): Float32Array {
  const values = decodeFloat32s(base64)
  const problem = typeof values === 'string' ? values : findSpectrumProblem(values)
  if (problem === null && typeof values !== 'string') return values
  const expected = 'expected the base64 of little-endian float32 numbers that rise from 0 to 1, layer by layer'
  throw new ActbenchError(
    'BAD_USER_INPUT',
    `base64: the spectrum of ${expression.slice(0, 80)} is ${problem}; ${expected}`,
    {
      argument: 'base64',
    },
  )
}

function requireEqual(first: ReadRow, { expression, values }: ReadRow): void {
  const isEqual = first.values.length === values.length && first.values.every((value, i) => value === values[i])
  if (isEqual) return
  const message = `base64: ${expression.slice(0, 80)} is the function of rows[${first.row}], which has another spectrum`
  throw new ActbenchError('BAD_USER_INPUT', message, { argument: 'base64' })
}

/** The same error with the path of its row. */
function atRow(error: ActbenchError, row: number): ActbenchError {
  const argument = String(error.extensions.argument ?? 'expression')
  const message = error.message.startsWith(argument) ? error.message : `${argument}: ${error.message}`
  return new ActbenchError(error.code, `rows[${row}].${message}`, {
    ...error.extensions,
    argument: `rows[${row}].${argument}`,
  })
}

/** Largest number of spectra of a client's dataset, and of their bytes: a fit has them all in memory. */
const MAX_SPECTRA = 100_000
const MAX_SPECTRUM_BYTES = 2 ** 28

/** How many spectra of this length a client's dataset can have. */
export function mostSpectra(length: number): number {
  return Math.min(MAX_SPECTRA, Math.floor(MAX_SPECTRUM_BYTES / (4 * length)))
}

async function requireRoom(db: Db, { datasetId, name, length }: SpectraTarget): Promise<void> {
  const count = await countSpectra(db.$kysely, datasetId)
  const most = mostSpectra(length ?? 1)
  if (count <= most) return
  const message = `dataset: ${name} would have ${count} spectra; expected at most ${most} of ${length} values`
  throw new ActbenchError('CONFLICT', message, { argument: 'dataset' })
}
