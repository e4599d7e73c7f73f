import type { Kysely } from 'kysely'
import type { SuggestionState } from '../generated/client.js'
import type { Tables } from '../tables/generated.js'

/** Another suggestion of the same function and epochs, leased or reported. */
export interface Holder {
  readonly state: SuggestionState
  readonly worker: string
}

/** The suggestion of a search, other than this one, that holds its function for as many epochs or has reported it, or null. */
export async function findHolder(
  db: Kysely<Tables>,
  searchId: number,
  { id, activationId, epochs }: { readonly id: number; readonly activationId: number; readonly epochs: number | null },
): Promise<Holder | null> {
  const holder = await db
    .selectFrom('suggestions as g')
    .select(['g.state', 'g.worker'])
    .where('g.search_id', '=', searchId)
    .where('g.activation_id', '=', activationId)
    .where('g.epochs', 'is not distinct from', epochs)
    .where('g.id', '<>', id)
    .where('g.state', '<>', 'EXPIRED')
    .executeTakeFirst()
  return holder ?? null
}
