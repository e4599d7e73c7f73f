import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** The datasets whose newest READY map uses outputs and spectra, and whose points have no place by outputs only. */
export async function listWithoutFeatureMaps(db: Kysely<Tables>): Promise<number[]> {
  const rows = await db
    .selectFrom((eb) =>
      eb
        .selectFrom('surrogates as u')
        .distinctOn('u.dataset_id')
        .select(['u.id', 'u.dataset_id', 'u.features'])
        .where('u.algorithm', '=', 'UMAP_KNN')
        .where('u.state', '=', 'READY')
        .orderBy('u.dataset_id')
        .orderBy('u.version', 'desc')
        .as('newest'),
    )
    .select('newest.dataset_id as datasetId')
    .where(sql<boolean>`'FISHER_SPECTRUM' = any (newest.features)`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('surrogate_points as t')
            .select('t.activation_id')
            .whereRef('t.surrogate_id', '=', 'newest.id')
            .where('t.outputs_x', 'is not', null),
        ),
      ),
    )
    .orderBy('newest.dataset_id')
    .execute()
  return rows.map(({ datasetId }) => datasetId)
}
