import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

/** The identities (64 hexadecimal digits) of the functions of stored spellings. */
export async function findIdentities(db: Kysely<Tables>, texts: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('expressions as x')
    .innerJoin('activations as a', 'a.id', 'x.activation_id')
    .select(['x.text', sql<string>`encode(a.identity, 'hex')`.as('identity')])
    .where('x.text', '=', anyOf(texts))
    .execute()
  return new Map(rows.map(({ text, identity }) => [text, identity]))
}
