import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** The name under which the checksum of the snapshot of a shipped dataset is recorded. */
export const nameShippedSnapshot = (dataset: string): string => `${dataset}, snapshot`

/** Whether a dataset is shipped, and the snapshot of its files was never made. */
export async function isShippedSnapshotMissing(db: Kysely<Tables>, dataset: string): Promise<boolean> {
  const checksum = await findShippedChecksum(db, dataset)
  return checksum !== null && (await findShippedChecksum(db, nameShippedSnapshot(dataset))) === null
}

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
