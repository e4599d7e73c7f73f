import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** The next version of a surrogate of a dataset, as a part of a statement. No version is given twice, even after deletions. */
export function nextVersion(db: Kysely<Tables>, datasetId: number) {
  return db
    .selectFrom('datasets as d')
    .leftJoin('surrogates as v', 'v.dataset_id', 'd.id')
    .select(sql<number>`greatest(coalesce(max(v.version), 0), max(d.deleted_surrogate_version)) + 1`.as('version'))
    .where('d.id', '=', datasetId)
}

/** The next version of a surrogate of a dataset. The caller holds the lock of the dataset (see `lockDataset`). */
export async function findNextVersion(db: Kysely<Tables>, datasetId: number): Promise<number> {
  const { version } = await nextVersion(db, datasetId).executeTakeFirstOrThrow()
  return version
}

/** Records that the version of a surrogate is used up, before the surrogate is deleted. */
export async function keepVersion(db: Kysely<Tables>, datasetId: number, version: number): Promise<void> {
  await db
    .updateTable('datasets as d')
    .set({ deleted_surrogate_version: sql`greatest(d.deleted_surrogate_version, ${version}::int)` })
    .where('d.id', '=', datasetId)
    .execute()
}
