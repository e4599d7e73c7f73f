import { type Insertable, type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

/**
 * Waits for other snapshots of the dataset, and keeps the dataset from being deleted until the transaction ends. Returns
 * false if it is deleted already.
 */
export async function lockForSnapshot(db: Kysely<Tables>, datasetId: number): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(${SNAPSHOT_LOCK}, ${datasetId}::int)`.execute(db)
  const row = await db.selectFrom('datasets').select('id').where('id', '=', datasetId).forKeyShare().executeTakeFirst()
  return row !== undefined
}

const SNAPSHOT_LOCK = 7_305_026

/** An id for a snapshot whose data are written before its row. */
export async function reserveSnapshotId(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ id: number }>`select nextval('snapshots_id_seq')::int as id`.execute(db)
  return rows[0].id
}

export type NewSnapshotPart = Omit<Insertable<Tables['snapshot_parts']>, 'snapshot_id'>

export async function insertSnapshotPart(db: Kysely<Tables>, snapshotId: number, part: NewSnapshotPart): Promise<void> {
  await db
    .insertInto('snapshot_parts')
    .values({ snapshot_id: snapshotId, ...part })
    .execute()
}

export async function insertSnapshotFile(
  db: Kysely<Tables>,
  file: Insertable<Tables['snapshot_files']>,
): Promise<void> {
  await db.insertInto('snapshot_files').values(file).execute()
}

export async function insertSnapshotOrder(
  db: Kysely<Tables>,
  order: Insertable<Tables['snapshot_orders']>,
): Promise<void> {
  await db.insertInto('snapshot_orders').values(order).execute()
}

/** Writes the row of a snapshot. Returns false if its dataset has, or had, a snapshot of this name. */
export async function insertSnapshot(db: Kysely<Tables>, snapshot: Insertable<Tables['snapshots']>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('snapshots')
    .values(snapshot)
    .onConflict((conflict) => conflict.columns(['dataset_name', 'name']).doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** Tables with the data of snapshots, those first that hold most. */
const DATA_TABLES = ['snapshot_parts', 'snapshot_orders', 'snapshot_files'] as const

/** Parts that one statement deletes, so that none exceeds the time limit of a statement. */
const CHUNK = 2000

/** Deletes the data of these snapshots and leaves their rows with the reason. A snapshot that was deleted before stays so. */
export async function deleteSnapshotData(db: Kysely<Tables>, ids: readonly number[], reason: string): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('snapshots')
    .set({ deleted_at: sql<Date>`now()`, deletion_reason: reason })
    .where('id', '=', anyOf(ids))
    .where('deleted_at', 'is', null)
    .execute()
  for (const table of DATA_TABLES) {
    for (;;) {
      const { numDeletedRows } = await db
        .deleteFrom(table)
        .where(
          sql`ctid`,
          '=',
          sql`any(array(select ctid from ${sql.table(table)} where snapshot_id = ${anyOf(ids)} limit ${CHUNK}::int))`,
        )
        .executeTakeFirstOrThrow()
      if (numDeletedRows < BigInt(CHUNK)) break
    }
  }
}

/** Does so with all snapshots of a dataset. */
export async function deleteSnapshotsOf(db: Kysely<Tables>, datasetId: number, reason: string): Promise<void> {
  const rows = await db.selectFrom('snapshots').select('id').where('dataset_id', '=', datasetId).execute()
  await deleteSnapshotData(
    db,
    rows.map(({ id }) => id),
    reason,
  )
}
