import type { Db } from './client.js'
import type { SuggestionState } from './generated/client.js'

/** What a search handed out: the function and what became of it. */
export interface HandedOut {
  readonly activationId: number
  readonly identityHex: string
  readonly expression: string
  readonly state: SuggestionState
  readonly validationAccuracy: number | null
  /** Which completion of the search it is, from 1; null where it is not COMPLETED. */
  readonly step: number | null
}

/** All suggestions of a search, in the order in which they were made. */
export async function listHandedOut(db: Db, searchId: number): Promise<HandedOut[]> {
  return db.$queryRaw<HandedOut[]>`
    SELECT s.activation_id AS "activationId", encode(a.identity, 'hex') AS "identityHex", s.expression,
      s.state::text AS state, s.validation_accuracy AS "validationAccuracy", s.step
    FROM suggestions s JOIN activations a ON a.id = s.activation_id
    WHERE s.search_id = ${searchId} ORDER BY s.id`
}

/** How many suggestions a search has made, whatever became of them. */
export async function countHandedOut(db: Db, searchId: number): Promise<number> {
  return db.suggestion.count({ where: { searchId } })
}

/** A suggestion to be made. */
export interface NewSuggestion {
  readonly activationId: number
  readonly expression: string
  readonly surrogateId: number | null
  readonly predictedMean: number | null
}

/** Stores leased suggestions and returns their ids in order. Leases run by the database's clock. */
export async function insertSuggestions(
  db: Db,
  lease: { searchId: number; worker: string; leaseSeconds: number; apiKeyId: number },
  suggestions: readonly NewSuggestion[],
): Promise<number[]> {
  const rows = await db.$queryRaw<{ id: number }[]>`
    INSERT INTO suggestions
      (search_id, activation_id, expression, worker, lease_expires_at, surrogate_id, predicted_mean, api_key_id)
    SELECT ${lease.searchId}, s.activation_id, s.expression, ${lease.worker},
      now() + make_interval(secs => ${lease.leaseSeconds}::float8), s.surrogate_id, s.predicted_mean, ${lease.apiKeyId}
    FROM unnest(
      ${suggestions.map(({ activationId }) => activationId)}::int[],
      ${suggestions.map(({ expression }) => expression)}::text[],
      ${suggestions.map(({ surrogateId }) => surrogateId)}::int[],
      ${suggestions.map(({ predictedMean }) => predictedMean)}::float8[]
    ) WITH ORDINALITY AS s(activation_id, expression, surrogate_id, predicted_mean, place)
    ORDER BY s.place RETURNING id`
  return rows.map(({ id }) => id)
}

/** A function of a dataset whose evaluations a search may replay. */
export interface ReplayCandidate {
  readonly activationId: number
  readonly identityHex: string
  readonly expression: string
}

/** The finite functions of a dataset that have a validation accuracy, under the expression that was evaluated first. */
export async function listReplayCandidates(db: Db, datasetId: number): Promise<ReplayCandidate[]> {
  return db.$queryRaw<ReplayCandidate[]>`
    SELECT DISTINCT ON (e.activation_id) e.activation_id AS "activationId",
      encode(a.identity, 'hex') AS "identityHex", e.expression
    FROM evaluations e JOIN activations a ON a.id = e.activation_id
    WHERE e.dataset_id = ${datasetId} AND e.validation_accuracy IS NOT NULL AND a.is_finite
    ORDER BY e.activation_id, e.id`
}

/** The functions on a surrogate's map one of whose spellings matches a regular expression. */
export async function listPointsMatching(db: Db, surrogateId: number, pattern: string): Promise<Set<number>> {
  const rows = await db.$queryRaw<{ id: number }[]>`
    SELECT DISTINCT p.activation_id AS id
    FROM surrogate_points p JOIN expressions e ON e.activation_id = p.activation_id
    WHERE p.surrogate_id = ${surrogateId} AND e.text ~ ${pattern}`
  return new Set(rows.map(({ id }) => id))
}
