import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { keepDataset } from '../../db/datasets/keep-dataset.js'
import type { ReportedRow } from '../../db/evaluations/insert-reported.js'
import type { Dataset, Evaluation } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { answerOnce } from '../access/answer-once.js'
import type { Viewer } from '../access/viewer.js'
import { type ActivationDescription, describeActivation } from '../activations/describe-activation.js'
import { ensureActivations, requireFinite } from '../activations/ensure-activation.js'
import { datasetNotFound, getOwnDataset } from '../datasets/get-dataset.js'
import { joinProblems, MAX_PROBLEMS } from '../join-problems.js'
import { getValidInteger, refuseInput } from '../validate-input.js'
import { recordReportedRuns } from './record-reported-run.js'
import { getValidMetadata } from './valid-metadata.js'
import { findFirstMetric, getValidMetrics, type MetricsInput } from './valid-metrics.js'

/** A run that a client measured. */
export interface EvaluationRowInput extends MetricsInput {
  readonly expression: string
  readonly seed?: number | null
  /** A JSON object of at most 8 kB. */
  readonly metadata?: unknown
}

/** Rows of a mutation. */
export interface RowsRequest {
  readonly mutation: string
  readonly dataset: string
  readonly rows: readonly EvaluationRowInput[]
  /** For the idempotency key. */
  readonly input: { readonly idempotencyKey?: string | null }
}

/**
 * Adds runs that a client measured to the client's own dataset, all or none, and returns the evaluation of each row.
 * `prefixOf` gives the path of a row within the input, for errors.
 */
export async function addEvaluationRows(
  database: Database,
  owner: Viewer,
  { mutation, dataset: name, rows, input }: RowsRequest,
  prefixOf: (row: number) => string,
): Promise<Evaluation[]> {
  const { apiKeyId } = owner
  const valid = await readRows(rows, prefixOf)
  return inTransaction(database, (db) =>
    answerOnce(
      db,
      { apiKeyId, mutation, idempotencyKey: input.idempotencyKey, input },
      {
        run: async () => {
          const dataset = await getOwnDataset(db, owner, name)
          if (!(await keepDataset(db.$kysely, dataset.id))) throw datasetNotFound(name)
          const ids = await ensureActivations(
            db,
            valid.map(({ expression }) => expression),
          )
          const withIds = valid.map((row) => ({ ...row, activationId: ids.get(row.expression) as number }))
          const evaluations = await recordReportedRuns(db, { dataset, apiKeyId, rows: withIds, prefixOf })
          await requireRoom(db, dataset)
          return evaluations
        },
        idsOf: (evaluations) => ({ Evaluation: evaluations.map(({ id }) => id) }),
        load: async (idsOf) => {
          const ids = idsOf('Evaluation')
          const found = await db.evaluation.findMany({ where: { id: { in: [...new Set(ids)] } } })
          const byId = new Map(found.map((evaluation) => [evaluation.id, evaluation]))
          return ids.flatMap((id) => byId.get(id) ?? [])
        },
      },
    ),
  )
}

/** An identity takes 0.1 ms, so other requests are served after this number of rows. */
const ROWS_AT_ONCE = 50

async function readRows(
  rows: readonly EvaluationRowInput[],
  prefixOf: (row: number) => string,
): Promise<Omit<ReportedRow, 'activationId'>[]> {
  const read: Omit<ReportedRow, 'activationId'>[] = []
  const problems: ActbenchError[] = []
  for (const [index, row] of rows.entries()) {
    if (index > 0 && index % ROWS_AT_ONCE === 0) await yieldToOthers()
    try {
      read.push(readRow(row))
    } catch (error) {
      if (!(error instanceof ActbenchError)) throw error
      problems.push(atRow(error, prefixOf(index)))
      if (problems.length === MAX_PROBLEMS) break
    }
  }
  if (problems.length > 0) throw joinProblems(problems)
  return read
}

function readRow(row: EvaluationRowInput): Omit<ReportedRow, 'activationId'> {
  const seed = row.seed ?? null
  if (seed !== null) getValidInteger('seed', seed, 0, 2 ** 31 - 1)
  const metrics = getValidMetrics(row)
  if (findFirstMetric(row) === null) refuseInput('validationAccuracy', 'at least one metric', null)
  const metadata = getValidMetadata('metadata', row.metadata)
  const described: ActivationDescription = describeActivation(row.expression)
  requireFinite(described)
  return { expression: described.canonicalText, seed, metrics, metadata }
}

/** The same error with the path of its row. */
function atRow(error: ActbenchError, prefix: string): ActbenchError {
  if (prefix === '') return error
  const argument = String(error.extensions.argument ?? 'expression')
  const message = error.message.startsWith(argument) ? error.message : `${argument}: ${error.message}`
  return new ActbenchError(error.code, `${prefix}${message}`, { ...error.extensions, argument: `${prefix}${argument}` })
}

/** Largest number of functions in a client's dataset, far above a usual search space. Concurrent requests may exceed it slightly. */
const MAX_EVALUATIONS = 100_000

async function requireRoom(db: Db, { id, name }: Dataset): Promise<void> {
  if ((await db.evaluation.count({ where: { datasetId: id } })) <= MAX_EVALUATIONS) return
  throw new ActbenchError(
    'CONFLICT',
    `dataset: ${name} would have more than ${MAX_EVALUATIONS} evaluations, which is the maximum`,
  )
}
