import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { findMeasuredEvaluation } from '../../db/evaluations/list-measured.js'
import type { Search, Suggestion } from '../../db/generated/client.js'
import { setMetadata } from '../../db/searches/complete-suggestion.js'
import { findSuggestion } from '../../db/searches/search-suggestions.js'
import { listReplayedRuns } from '../../db/searches/searched-functions.js'
import type { JsonObject } from '../../db/tables/column-types.js'
import { ActbenchError } from '../../errors.js'
import type { Metrics } from '../../metrics.js'
import { answerOnce } from '../access/answer-once.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { chooseMetrics } from '../evaluations/choose-value.js'
import { recordReportedRun } from '../evaluations/record-reported-run.js'
import { getValidMetadata } from '../evaluations/valid-metadata.js'
import { findFirstMetric, getValidMetrics, type MetricsInput } from '../evaluations/valid-metrics.js'
import { getValidText, refuseInput } from '../validate-input.js'
import { type CompleteMetrics, completeSuggestion, failSuggestion } from './finish-suggestion.js'
import { getLeasedSuggestion, type LeasedSuggestion } from './leased-suggestion.js'
import { getOwnSearch } from './search-state.js'

export interface ReportEvaluationInput extends MetricsInput {
  readonly suggestionId: number
  /** Why the evaluation failed. Excludes metrics. */
  readonly failure?: string | null
  /** A JSON object of at most 8 kB. */
  readonly metadata?: unknown
  /** At most 200 characters. */
  readonly idempotencyKey?: string | null
}

export interface ReportedEvaluation {
  readonly suggestion: Suggestion
  readonly search: Search
}

/**
 * Ends a suggestion with the client's metrics or with a failure, exactly once. A report after the end of the lease counts
 * while nobody else has the function. If the dataset is REPORTED and belongs to the client's key, the metrics also become a run and an evaluation of the dataset; otherwise they stay in the search. A replay
 * takes the metrics from the dataset. Scope: SEARCH. Throws BAD_USER_INPUT, which names the argument; NOT_FOUND; FORBIDDEN
 * (another key's search); or CONFLICT if the lease has ended, the suggestion was already reported, or the idempotency key came
 * with another request. `part` is the place of the report in a list of reports that share a key.
 */
export async function reportEvaluation(
  database: Database,
  viewer: Viewer | null,
  input: ReportEvaluationInput,
  part?: number,
): Promise<ReportedEvaluation> {
  const owner = requireScope(viewer, 'SEARCH')
  const { idempotencyKey } = input
  const mutation = part === undefined ? 'reportEvaluation' : 'reportEvaluations'
  return inTransaction(database, (db) =>
    answerOnce<ReportedEvaluation>(
      db,
      { apiKeyId: owner.apiKeyId, mutation, idempotencyKey, part, input },
      {
        run: () => recordReport(db, owner, input),
        idsOf: ({ suggestion }) => ({ Suggestion: [suggestion.id] }),
        load: async (idsOf) => {
          const suggestion = await findSuggestion(db.$kysely, idsOf('Suggestion')[0])
          return suggestion && { suggestion, search: await getOwnSearch(db, owner, suggestion.searchId) }
        },
      },
    ),
  )
}

async function recordReport(db: Db, owner: Viewer, input: ReportEvaluationInput): Promise<ReportedEvaluation> {
  const failure = getValidFailure(input)
  const metrics = getValidMetrics(input)
  const metadata = getValidMetadata('metadata', input.metadata)
  const leased = await getLeasedSuggestion(db, owner, input.suggestionId)
  const { id } = leased.suggestion
  if (leased.search.replay) requireNoMetrics(input)
  if (failure !== null) {
    await failSuggestion(db, leased.search, id, failure)
  } else if (leased.search.replay) {
    await completeFromDataset(db, leased)
  } else {
    if (metrics.validationAccuracy === null) refuseInput('validationAccuracy', 'a fraction from 0 to 1', null)
    const complete = { ...metrics, validationAccuracy: metrics.validationAccuracy }
    // A training that was paused is no result of the dataset.
    const isWhole = leased.suggestion.epochs === null
    const evaluationId = isWhole ? await recordOwnEvaluation(db, owner, leased, { metrics: complete, metadata }) : null
    await completeSuggestion(db, leased.search, id, complete, evaluationId)
  }
  if (metadata !== null) await setMetadata(db.$kysely, id, metadata)
  const suggestion = (await findSuggestion(db.$kysely, id)) as Suggestion
  const { search } = leased
  const isLast = suggestion.step !== null && suggestion.step >= search.budget
  const mayHaveEnded = failure !== null || isLast || search.shortage === 'NONE_LEFT'
  return { suggestion, search: mayHaveEnded ? await getOwnSearch(db, owner, search.id) : search }
}

function getValidFailure(input: ReportEvaluationInput): string | null {
  if (input.failure === null || input.failure === undefined) return null
  const metric = findFirstMetric(input)
  if (metric) refuseInput(metric, 'no metric together with a failure', input[metric])
  return getValidText('failure', input.failure, 2000)
}

function requireNoMetrics(input: ReportEvaluationInput): void {
  const metric = findFirstMetric(input)
  if (metric) refuseInput(metric, 'no metric, because a replay takes them from the dataset', input[metric])
}

async function completeFromDataset(db: Db, { suggestion, search, dataset }: LeasedSuggestion): Promise<void> {
  const evaluation = await findMeasuredEvaluation(db, { ...suggestion, datasetId: dataset.id })
  if (!evaluation)
    throw new ActbenchError('CONFLICT', `suggestion: ${dataset.name} no longer has an evaluation of this function`)
  const seen = search.replayValue === 'MEDIAN' ? null : await chooseReplayed(db, search, suggestion.activationId)
  // A function without such a run shows its median, as in simulations.
  await completeSuggestion(db, search, suggestion.id, (seen ?? evaluation) as CompleteMetrics, evaluation.id)
}

async function chooseReplayed(db: Db, search: Search, activationId: number): Promise<Partial<Metrics> | null> {
  const { datasetId, replayValue: choice, replaySeed: seed } = search
  const { identity } = await db.activation.findUniqueOrThrow({
    where: { id: activationId },
    select: { identity: true },
  })
  const runs = await listReplayedRuns(db.$kysely, { datasetId, activationId })
  return chooseMetrics(runs, { choice, seed }, Buffer.from(identity).toString('hex'))
}

/** Returns the id of the evaluation; null if the dataset does not take reports of this client and stays unchanged. */
async function recordOwnEvaluation(
  db: Db,
  { apiKeyId }: Viewer,
  { dataset, suggestion }: LeasedSuggestion,
  { metrics, metadata }: { readonly metrics: CompleteMetrics; readonly metadata: JsonObject | null },
): Promise<number | null> {
  if (dataset.origin !== 'REPORTED' || dataset.apiKeyId !== apiKeyId) return null
  const evaluation = await recordReportedRun(db, {
    dataset,
    activationId: suggestion.activationId,
    expression: suggestion.expression,
    seed: null,
    metrics,
    metadata,
    apiKeyId,
  })
  return evaluation.id
}
