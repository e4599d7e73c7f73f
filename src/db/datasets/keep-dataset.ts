import type { Kysely } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** Prevents the deletion of a dataset until the transaction ends. Returns false if it is deleted already. */
export async function keepDataset(db: Kysely<Tables>, datasetId: number): Promise<boolean> {
  const row = await db.selectFrom('datasets').select('id').where('id', '=', datasetId).forKeyShare().executeTakeFirst()
  return row !== undefined
}
