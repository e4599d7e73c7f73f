import { expressionBuilder, type Kysely, sql } from 'kysely'
import { inOrder } from '../statements/align.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import { definePageList, type PageList, toPageQuery } from '../statements/page-query.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listOf, unnest } from '../tables/lists.js'

/** A snapshot, or what is left of a deleted one. */
export interface SnapshotRow {
  readonly id: number
  readonly datasetId: number | null
  readonly datasetName: string
  readonly name: string
  readonly datasetVersion: string
  readonly title: string
  readonly architecture: string
  readonly task: string
  readonly license: string | null
  readonly citation: string | null
  readonly evaluationCount: number
  readonly runCount: number
  /** 64 hexadecimal digits. */
  readonly checksum: string
  readonly size: number
  readonly isShipped: boolean
  readonly previousName: string | null
  readonly added: number | null
  readonly removed: number | null
  readonly changed: number | null
  readonly createdAt: Date
  readonly deletedAt: Date | null
  readonly deletionReason: string | null
}

const own = expressionBuilder<{ n: Tables['snapshots'] }, 'n'>()
const SNAPSHOT_COLUMNS = [
  ...(['n.id', 'n.dataset_id as datasetId', 'n.dataset_name as datasetName', 'n.name'] as const),
  ...(['n.dataset_version as datasetVersion', 'n.title', 'n.architecture', 'n.task', 'n.license'] as const),
  ...(['n.citation', 'n.evaluation_count as evaluationCount', 'n.run_count as runCount'] as const),
  sql<string>`encode(${own.ref('n.checksum')}, 'hex')`.as('checksum'),
  sql<number>`${own.ref('n.size')}::float8`.as('size'),
  ...(['n.is_shipped as isShipped', 'n.previous_name as previousName', 'n.added', 'n.removed', 'n.changed'] as const),
  ...(['n.created_at as createdAt', 'n.deleted_at as deletedAt', 'n.deletion_reason as deletionReason'] as const),
] as const

const byIds = compileOnce((db, { ids }: Placeholders<{ ids: readonly number[] }>) =>
  db.selectFrom('snapshots as n').select(SNAPSHOT_COLUMNS).where('n.id', '=', anyOf(ids)),
)

/** The snapshots with these ids, in the same order. A missing one is null. */
export async function findSnapshotsById(db: Kysely<Tables>, ids: readonly number[]): Promise<(SnapshotRow | null)[]> {
  return inOrder(ids, await byIds(db, { ids }), ({ id }) => id)
}

export interface SnapshotName {
  readonly dataset: string
  readonly name: string
}

/** The snapshots with these names, in the same order. A missing one is null. */
export async function findSnapshotsByName(
  db: Kysely<Tables>,
  names: readonly SnapshotName[],
): Promise<(SnapshotRow | null)[]> {
  const keys = unnest('k', {
    dataset: listOf(
      'text',
      names.map(({ dataset }) => dataset),
    ),
    name: listOf(
      'text',
      names.map(({ name }) => name),
    ),
  })
  const rows = await db
    .selectFrom(keys)
    .innerJoin('snapshots as n', (join) =>
      join.onRef('n.dataset_name', '=', 'k.dataset').onRef('n.name', '=', 'k.name'),
    )
    .select(SNAPSHOT_COLUMNS)
    .execute()
  const keyOf = ({ dataset, name }: SnapshotName) => `${dataset}@${name}`
  return inOrder(names.map(keyOf), rows, (row) => keyOf({ dataset: row.datasetName, name: row.name }))
}

const snapshots = definePageList('snapshots', (db, parent) => {
  const rows = db.selectFrom('snapshots as n').where('n.dataset_id', '=', parent)
  return toPageQuery(rows, rows.select(SNAPSHOT_COLUMNS), { key: { column: 'n.id', type: 'int', isDescending: true } })
})

/** The snapshots of each dataset, newest first. */
export const snapshotsPage = (): PageList<SnapshotRow> => snapshots({}, null)

/** The snapshots of a dataset, newest first, up to this number. */
export function listSnapshots(db: Kysely<Tables>, dataset: string, most: number): Promise<SnapshotRow[]> {
  return db
    .selectFrom('snapshots as n')
    .select(SNAPSHOT_COLUMNS)
    .where('n.dataset_name', '=', dataset)
    .orderBy('n.id', 'desc')
    .limit(most)
    .execute()
}

/** The newest snapshot of a dataset that is not deleted, or null. */
export async function findNewestSnapshot(db: Kysely<Tables>, datasetId: number): Promise<SnapshotRow | null> {
  const row = await db
    .selectFrom('snapshots as n')
    .select(SNAPSHOT_COLUMNS)
    .where('n.dataset_id', '=', datasetId)
    .where('n.deleted_at', 'is', null)
    .orderBy('n.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** All names that the snapshots of a dataset have or had. */
export async function listSnapshotNames(db: Kysely<Tables>, dataset: string): Promise<string[]> {
  const rows = await db.selectFrom('snapshots as n').select('n.name').where('n.dataset_name', '=', dataset).execute()
  return rows.map(({ name }) => name)
}
