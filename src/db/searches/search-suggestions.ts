import type { Db } from '../connection/client.js'
import type { Suggestion, SuggestionState } from '../generated/client.js'
import { Prisma } from '../generated/client.js'

/** What a search handed out: the function and what became of it. */
export interface HandedOut {
  readonly suggestionId: number
  readonly activationId: number
  readonly identityHex: string
  readonly expression: string
  /** EXPIRED where the lease ran out, whether or not the row says so yet. */
  readonly state: SuggestionState
  readonly worker: string
  readonly validationAccuracy: number | null
  /** Which completion of the search it is, from 1; null where it is not COMPLETED. */
  readonly step: number | null
}

/** All suggestions of a search, in the order in which they were made. */
export async function listHandedOut(db: Db, searchId: number): Promise<HandedOut[]> {
  return db.$queryRaw<HandedOut[]>`${selectHandedOut(searchId)}`
}

/** The same, once the leases that ran out are marked so. The caller holds the lock of the search. */
export async function endLeases(db: Db, searchId: number): Promise<HandedOut[]> {
  return db.$queryRaw<HandedOut[]>`
    WITH ended AS (
      UPDATE suggestions SET state = 'EXPIRED'
      WHERE search_id = ${searchId} AND state = 'LEASED' AND lease_expires_at <= now()
    ) ${selectHandedOut(searchId)}`
}

/** How many suggestions a search has made, whatever became of them. */
export async function countHandedOut(db: Db, searchId: number): Promise<number> {
  return db.suggestion.count({ where: { searchId } })
}

/** A suggestion with its state as it is now; null where there is none. */
export async function findSuggestion(db: Db, id: number): Promise<Suggestion | null> {
  const [found] = await db.$queryRaw<Suggestion[]>`SELECT ${COLUMNS} FROM suggestions WHERE id = ${id}`
  return found ?? null
}

/** A suggestion to be made. */
export interface NewSuggestion {
  readonly activationId: number
  readonly expression: string
  readonly surrogateId: number | null
  readonly predictedMean: number | null
}

/** Stores leased suggestions and returns them in order. Leases run by the database's clock. */
export async function insertSuggestions(
  db: Db,
  lease: { searchId: number; worker: string; leaseSeconds: number; apiKeyId: number },
  suggestions: readonly NewSuggestion[],
): Promise<Suggestion[]> {
  const rows = await db.$queryRaw<Suggestion[]>`
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
    ORDER BY s.place RETURNING ${COLUMNS}`
  return rows.sort((a, b) => a.id - b.id)
}

/** Draws leases out to so many seconds from now where they end before, and returns their suggestions, oldest first. */
export async function extendLeases(db: Db, ids: readonly number[], leaseSeconds: number): Promise<Suggestion[]> {
  const rows = await db.$queryRaw<Suggestion[]>`
    UPDATE suggestions
    SET lease_expires_at = greatest(lease_expires_at, now() + make_interval(secs => ${leaseSeconds}::float8))
    WHERE id = ANY(${[...ids]}) RETURNING ${COLUMNS}`
  return rows.sort((a, b) => a.id - b.id)
}

/** The state of a suggestion as it is now: a lease that ran out is over, whether or not its row says so yet. */
const STATE = (alias: string) =>
  `CASE WHEN ${alias}.state = 'LEASED' AND ${alias}.lease_expires_at <= now() THEN 'EXPIRED' ELSE ${alias}.state::text END AS state`

/** All columns, as Prisma names them. Statements of many rows and few round trips are what suggesting costs. */
const COLUMNS = Prisma.raw(`
  id, search_id AS "searchId", activation_id AS "activationId", expression, ${STATE('suggestions')}, worker,
  lease_expires_at AS "leaseExpiresAt", surrogate_id AS "surrogateId", predicted_mean AS "predictedMean", step,
  train_accuracy AS "trainAccuracy", train_loss AS "trainLoss", validation_accuracy AS "validationAccuracy",
  validation_loss AS "validationLoss", test_accuracy AS "testAccuracy", test_loss AS "testLoss",
  runtime_seconds AS "runtimeSeconds", failure, evaluation_id AS "evaluationId", training_job_id AS "trainingJobId",
  api_key_id AS "apiKeyId", created_at AS "createdAt", finished_at AS "finishedAt"`)

function selectHandedOut(searchId: number): Prisma.Sql {
  return Prisma.sql`
    SELECT s.id AS "suggestionId", s.activation_id AS "activationId", encode(a.identity, 'hex') AS "identityHex",
      s.expression, ${Prisma.raw(STATE('s'))}, s.worker, s.validation_accuracy AS "validationAccuracy", s.step
    FROM suggestions s JOIN activations a ON a.id = s.activation_id
    WHERE s.search_id = ${searchId} ORDER BY s.id`
}
