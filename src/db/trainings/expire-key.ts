import type { Kysely } from 'kysely'
import { secondsAgo } from '../statements/time.js'
import type { Tables } from '../tables/generated.js'

/** Deletes the answer stored for an idempotency key if it is older than `olderThanSeconds`. */
export async function expireIdempotencyKey(
  db: Kysely<Tables>,
  apiKeyId: number,
  key: string,
  olderThanSeconds: number,
): Promise<void> {
  await db
    .deleteFrom('idempotency_keys as i')
    .where('i.api_key_id', '=', apiKeyId)
    .where('i.key', '=', key)
    .where('i.created_at', '<', secondsAgo(olderThanSeconds))
    .execute()
}
