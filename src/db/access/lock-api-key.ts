import type { Kysely } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** Makes transactions of the same key wait for each other, so that each counts the rows of those before it. */
export async function lockApiKey(db: Kysely<Tables>, apiKeyId: number): Promise<void> {
  await db.selectFrom('api_keys').select('id').where('id', '=', apiKeyId).forNoKeyUpdate().execute()
}
