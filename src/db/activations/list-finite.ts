import type { Kysely } from 'kysely'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

/** The ids of those of these activations that are finite. */
export async function listFinite(db: Kysely<Tables>, ids: readonly number[]): Promise<Set<number>> {
  const rows = await db
    .selectFrom('activations as a')
    .select('a.id')
    .where('a.id', '=', anyOf(ids))
    .where('a.is_finite', '=', true)
    .execute()
  return new Set(rows.map(({ id }) => id))
}
