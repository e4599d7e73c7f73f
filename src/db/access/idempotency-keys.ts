import type { Kysely } from 'kysely'
import { secondsAgo } from '../statements/time.js'
import type { Tables } from '../tables/generated.js'

/** The request that an idempotency key stands for. */
export interface KeyedRequest {
  readonly apiKeyId: number
  readonly key: string
  readonly mutation: string
  /** SHA-256 of the input. */
  readonly requestHash: Uint8Array
}

/** What a key stands for already. */
export interface KnownAnswer {
  readonly mutation: string
  readonly requestHash: Uint8Array
  /** The objects of the answer, such as `Search:12`, in their order. */
  readonly results: readonly string[]
}

/** Seconds until a key can be used for another request. */
const KEPT_SECONDS = 24 * 3600
/** Number of expired rows that a new key deletes, so that the table does not grow. */
const SWEPT = 100

/**
 * Stores a key unless the API key has used it within a day. Returns false if it has, after the transaction that stores it
 * is over.
 */
export async function claimIdempotencyKey(db: Kysely<Tables>, request: KeyedRequest): Promise<boolean> {
  const { apiKeyId, key, mutation, requestHash } = request
  await db
    .deleteFrom('idempotency_keys as i')
    .where('i.api_key_id', '=', apiKeyId)
    .where('i.key', '=', key)
    .where('i.created_at', '<', secondsAgo(KEPT_SECONDS))
    .execute()
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('idempotency_keys')
    .values({ api_key_id: apiKeyId, key, mutation, request_hash: requestHash })
    .onConflict((conflict) => conflict.columns(['api_key_id', 'key']).doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** The answer that is stored for a key, or undefined. */
export async function findAnswer(db: Kysely<Tables>, apiKeyId: number, key: string): Promise<KnownAnswer | undefined> {
  const row = await db
    .selectFrom('idempotency_keys as i')
    .select(['i.mutation', 'i.request_hash as requestHash', 'i.results'])
    .select(['i.training_job_ids as trainingJobIds', 'i.run_ids as runIds'])
    .where('i.api_key_id', '=', apiKeyId)
    .where('i.key', '=', key)
    .executeTakeFirst()
  if (!row) return undefined
  const { trainingJobIds, runIds, ...answer } = row
  // A server of version 0.2.0, which runs during an upgrade, stores ids only.
  const results = [...trainingJobIds.map((id) => `TrainingJob:${id}`), ...runIds.map((id) => `Run:${id}`)]
  return answer.results.length > 0 ? answer : { ...answer, results }
}

/** Stores the answer of a key that this transaction claimed, and deletes some expired keys. */
export async function storeAnswer(
  db: Kysely<Tables>,
  { apiKeyId, key }: Pick<KeyedRequest, 'apiKeyId' | 'key'>,
  results: readonly string[],
): Promise<void> {
  const idsOf = (type: string) =>
    results.filter((result) => result.startsWith(`${type}:`)).map((result) => Number(result.split(':')[1]))
  await db
    .updateTable('idempotency_keys as i')
    .set({ results: [...results], training_job_ids: idsOf('TrainingJob'), run_ids: idsOf('Run') })
    .where('i.api_key_id', '=', apiKeyId)
    .where('i.key', '=', key)
    .execute()
  await db
    .with('expired', (db) =>
      db
        .selectFrom('idempotency_keys')
        .select(['api_key_id', 'key'])
        .where('created_at', '<', secondsAgo(KEPT_SECONDS))
        .limit(SWEPT)
        .forUpdate()
        .skipLocked(),
    )
    .deleteFrom('idempotency_keys as i')
    .using('expired')
    .whereRef('i.api_key_id', '=', 'expired.api_key_id')
    .whereRef('i.key', '=', 'expired.key')
    .execute()
}
