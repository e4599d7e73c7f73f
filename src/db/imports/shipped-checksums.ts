import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** The checksum of the shipped data that were imported under this name, or null. */
export async function findShippedChecksum(db: Kysely<Tables>, name: string): Promise<string | null> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', `seed:${name}`).executeTakeFirst()
  return row?.value.toString() ?? null
}

/** Records the checksum of shipped data, in the transaction that imports them. */
export async function recordShippedChecksum(db: Kysely<Tables>, name: string, checksum: string): Promise<void> {
  await db
    .insertInto('settings')
    .values({ name: `seed:${name}`, value: Buffer.from(checksum) })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({ value: eb.ref('excluded.value'), updated_at: sql<Date>`now()` })),
    )
    .execute()
}
