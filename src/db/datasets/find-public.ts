import { type Kysely, sql } from 'kysely'
import type { DatasetRow } from '../statements/rows.js'
import { DATASET_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'

/** A dataset with all that its descriptions for machines need besides its columns. */
export interface PublicDataset extends DatasetRow {
  readonly exportsClosed: boolean
  readonly evaluations: number
  /** Whether a fit made a map of its functions. */
  readonly hasMap: boolean
}

/** The dataset with this name, or null. */
export async function findPublicDataset(db: Kysely<Tables>, name: string): Promise<PublicDataset | null> {
  const dataset = await db
    .selectFrom('datasets as d')
    .select([...DATASET_COLUMNS, 'd.exports_closed as exportsClosed'])
    .select((eb) =>
      eb
        .selectFrom('evaluations as e')
        .select(sql<number>`count(*)::int`.as('count'))
        .whereRef('e.dataset_id', '=', 'd.id')
        .$asScalar()
        .$notNull()
        .as('evaluations'),
    )
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('surrogates as u')
            .select('u.id')
            .whereRef('u.dataset_id', '=', 'd.id')
            .where('u.algorithm', '=', 'UMAP_KNN')
            .where('u.state', '=', 'READY'),
        )
        .$castTo<boolean>()
        .as('hasMap'),
    )
    .where('d.name', '=', name)
    .executeTakeFirst()
  return dataset ?? null
}

/** A dataset in the map of the site. */
export interface MappedDataset {
  readonly name: string
  readonly title: string
  readonly updatedAt: Date
}

/** The first datasets by name, after a name. */
export function listPublicDatasets(db: Kysely<Tables>, most: number, after = ''): Promise<MappedDataset[]> {
  return db
    .selectFrom('datasets as d')
    .select(['d.name', 'd.title', 'd.updated_at as updatedAt'])
    .where('d.name', '>', after)
    .orderBy('d.name')
    .limit(most)
    .execute()
}
