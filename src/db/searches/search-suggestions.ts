import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Suggestion, SuggestionState } from '../generated/client.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import { SUGGESTION_STATE } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listOf, unnest } from '../tables/lists.js'
import { WHOLE_SUGGESTION_COLUMNS } from './suggestion-columns.js'

/** A function that a search has suggested, and the result. */
export interface SuggestedFunction {
  readonly suggestionId: number
  readonly activationId: number
  readonly identityHex: string
  readonly expression: string
  /** EXPIRED once the lease has ended, even if the row still says LEASED. */
  readonly state: SuggestionState
  readonly worker: string
  readonly validationAccuracy: number | null
  /** The epoch of that value; null for a whole training. */
  readonly epochs: number | null
  /** Order of completion within the search, from 1; null unless COMPLETED. */
  readonly step: number | null
}

const SUGGESTED_COLUMNS = [
  'g.id as suggestionId',
  'g.activation_id as activationId',
  sql<string>`encode(a.identity, 'hex')`.as('identityHex'),
  'g.expression',
  SUGGESTION_STATE,
  'g.worker',
  'g.validation_accuracy as validationAccuracy',
  'g.epochs',
  'g.step',
] as const

type SearchId = Placeholders<{ searchId: number }>

const suggestedFunctions = compileOnce((db, { searchId }: SearchId) =>
  db
    .selectFrom('suggestions as g')
    .innerJoin('activations as a', 'a.id', 'g.activation_id')
    .select(SUGGESTED_COLUMNS)
    .where('g.search_id', '=', searchId)
    .orderBy('g.id'),
)

/** All suggestions of a search, oldest first. */
export function listSuggested(db: Kysely<Tables>, searchId: number): Promise<SuggestedFunction[]> {
  return suggestedFunctions(db, { searchId })
}

// One statement, because a second round trip would cost more than either half.
const suggestedAfterExpiry = compileOnce((db, { searchId }: SearchId) =>
  db
    .with('expired', (db) =>
      db
        .updateTable('suggestions')
        .set({ state: 'EXPIRED' })
        .where('search_id', '=', searchId)
        .where('state', '=', 'LEASED')
        .where('lease_expires_at', '<=', sql<Date>`now()`),
    )
    .selectFrom('suggestions as g')
    .innerJoin('activations as a', 'a.id', 'g.activation_id')
    .select(SUGGESTED_COLUMNS)
    .where('g.search_id', '=', searchId)
    .orderBy('g.id'),
)

/**
 * Marks suggestions whose lease has ended as EXPIRED, then returns all suggestions of the search, oldest first. The
 * caller holds the lock of the search.
 */
export function expireLeases(db: Kysely<Tables>, searchId: number): Promise<SuggestedFunction[]> {
  return suggestedAfterExpiry(db, { searchId })
}

const suggestedCount = compileOnce((db, { searchId }: SearchId) =>
  db.selectFrom('suggestions as g').select(sql<number>`count(*)::int`.as('count')).where('g.search_id', '=', searchId),
)

/** The number of suggestions that a search has made, in any state. */
export async function countSuggested(db: Kysely<Tables>, searchId: number): Promise<number> {
  const [{ count }] = await suggestedCount(db, { searchId })
  return count
}

const suggestionById = compileOnce((db, { id }: Placeholders<{ id: number }>) =>
  db.selectFrom('suggestions as g').select(WHOLE_SUGGESTION_COLUMNS).where('g.id', '=', id),
)

/** A suggestion with its state at this moment; null if it does not exist. */
export async function findSuggestion(db: Kysely<Tables>, id: number): Promise<Suggestion | null> {
  const [found] = await suggestionById(db, { id })
  return found ?? null
}

/** A suggestion that is about to be stored. */
export interface NewSuggestion {
  readonly activationId: number
  readonly expression: string
  readonly surrogateId: number | null
  readonly predictedMean: number | null
  /** Null for a whole training. */
  readonly epochs: number | null
}

/** The lease that new suggestions get. It runs by the database's clock. */
export interface NewLease {
  readonly searchId: number
  readonly worker: string
  readonly leaseSeconds: number
  readonly apiKeyId: number
}

/** Stores leased suggestions and returns them in the same order. */
export async function insertSuggestions(
  db: Kysely<Tables>,
  { searchId, worker, leaseSeconds, apiKeyId }: NewLease,
  suggestions: readonly NewSuggestion[],
): Promise<Suggestion[]> {
  const rows = unnest('n', {
    activation_id: listOf(
      'int4',
      suggestions.map(({ activationId }) => activationId),
    ),
    expression: listOf(
      'text',
      suggestions.map(({ expression }) => expression),
    ),
    surrogate_id: listOf(
      'int4',
      suggestions.map(({ surrogateId }) => surrogateId),
    ),
    predicted_mean: listOf(
      'float8',
      suggestions.map(({ predictedMean }) => predictedMean),
    ),
    epochs: listOf(
      'int4',
      suggestions.map(({ epochs }) => epochs),
    ),
  })
  return (
    db
      // 'g' is what WHOLE_SUGGESTION_COLUMNS select from.
      .with('g', (db) =>
        db
          .insertInto('suggestions')
          .columns([
            'search_id',
            'activation_id',
            'expression',
            'worker',
            'lease_expires_at',
            'surrogate_id',
            'predicted_mean',
            'epochs',
            'api_key_id',
          ])
          .expression((eb) =>
            eb
              .selectFrom(rows)
              .select([
                sql<number>`${searchId}::int`.as('search_id'),
                'n.activation_id',
                'n.expression',
                sql<string>`${worker}::text`.as('worker'),
                leaseEnd(leaseSeconds).as('lease_expires_at'),
                'n.surrogate_id',
                'n.predicted_mean',
                'n.epochs',
                sql<number>`${apiKeyId}::int`.as('api_key_id'),
              ])
              .orderBy('n.position'),
          )
          .returningAll(),
      )
      .selectFrom('g')
      .select(WHOLE_SUGGESTION_COLUMNS)
      .orderBy('g.id')
      .execute()
  )
}

/** Extends leases that end within this many seconds to end then, and returns their suggestions, oldest first. */
export async function extendLeases(
  db: Kysely<Tables>,
  ids: readonly number[],
  leaseSeconds: number,
): Promise<Suggestion[]> {
  const extended = await db
    .updateTable('suggestions as g')
    .set({ lease_expires_at: sql<Date>`greatest(g.lease_expires_at, ${leaseEnd(leaseSeconds)})` })
    .where('g.id', '=', anyOf(ids))
    .returning(WHOLE_SUGGESTION_COLUMNS)
    .execute()
  return extended.sort((a, b) => a.id - b.id)
}

/** Lets a lease end this many seconds from now, earlier or later than before. An expired one begins again. */
export async function moveLeaseEnd(db: Kysely<Tables>, id: number, leaseSeconds: number): Promise<void> {
  await db
    .updateTable('suggestions')
    .set({ state: 'LEASED', lease_expires_at: leaseEnd(leaseSeconds) })
    .where('id', '=', id)
    .execute()
}

/** Records the training job that reports a suggestion, and extends the lease until the job must have ended. */
export async function setTrainingJob(
  db: Kysely<Tables>,
  id: number,
  trainingJobId: number,
  leaseDays: number,
): Promise<void> {
  await db
    .updateTable('suggestions')
    .set({
      training_job_id: trainingJobId,
      lease_expires_at: sql<Date>`now() + make_interval(days => ${leaseDays}::int)`,
    })
    .where('id', '=', id)
    .execute()
}

function leaseEnd(seconds: number): RawBuilder<Date> {
  return sql<Date>`now() + make_interval(secs => ${seconds}::float8)`
}
