import type { Kysely } from 'kysely'
import type { SuggestionState } from '../generated/client.js'
import type { Tables } from '../tables/generated.js'

/** Another suggestion of the same function, leased or reported. */
export interface Holder {
  readonly state: SuggestionState
  readonly worker: string
}

/** The suggestion of a search, other than `exceptId`, that holds a function or has reported it, or null. */
export async function findHolder(
  db: Kysely<Tables>,
  searchId: number,
  activationId: number,
  exceptId: number,
): Promise<Holder | null> {
  const holder = await db
    .selectFrom('suggestions as g')
    .select(['g.state', 'g.worker'])
    .where('g.search_id', '=', searchId)
    .where('g.activation_id', '=', activationId)
    .where('g.id', '<>', exceptId)
    .where('g.state', '<>', 'EXPIRED')
    .executeTakeFirst()
  return holder ?? null
}
