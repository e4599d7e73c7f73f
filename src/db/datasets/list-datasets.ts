import { type Kysely, sql } from 'kysely'
import type { DatasetOrigin } from '../generated/enums.js'
import type { Tables } from '../tables/generated.js'

/** A dataset in the operator's list. */
export interface ListedDataset {
  readonly id: number
  readonly name: string
  readonly version: string
  readonly title: string
  readonly origin: DatasetOrigin
  readonly trainable: boolean
  readonly exportsClosed: boolean
  /** Name of the key that owns it; null if no key does. */
  readonly owner: string | null
  readonly evaluations: number
  readonly runs: number
}

/** All datasets by name, with the numbers of their rows. */
export function listDatasets(db: Kysely<Tables>): Promise<ListedDataset[]> {
  const count = (table: 'evaluations' | 'runs') =>
    sql<number>`(${db
      .selectFrom(table)
      .select(sql<number>`count(*)::int`.as('count'))
      .where('dataset_id', '=', sql.ref<number>('d.id'))})`
  return db
    .selectFrom('datasets as d')
    .leftJoin('api_keys as k', 'k.id', 'd.api_key_id')
    .select(['d.id', 'd.name', 'd.version', 'd.title', 'd.origin', 'd.trainable'])
    .select(['d.exports_closed as exportsClosed', 'k.name as owner'])
    .select([count('evaluations').as('evaluations'), count('runs').as('runs')])
    .orderBy('d.name')
    .execute()
}
