import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import type { RefitCount } from './write-surrogates.js'

/**
 * For each algorithm that the dataset has a surrogate of: its evaluations with a validation accuracy in total, and those
 * whose spectrum was stored since the newest surrogate was requested.
 */
export async function countFreshSpectra(db: Kysely<Tables>, datasetId: number): Promise<RefitCount[]> {
  return db
    .selectFrom((eb) =>
      eb
        .selectFrom('surrogates as u')
        .select((eb) => ['u.algorithm', eb.fn.max('u.created_at').as('created_at')])
        .where('u.dataset_id', '=', datasetId)
        .where('u.algorithm', '<>', 'UPLOADED')
        .groupBy('u.algorithm')
        .as('newest'),
    )
    .innerJoin('evaluations as e', (join) =>
      join.on('e.dataset_id', '=', datasetId).on('e.validation_accuracy', 'is not', null),
    )
    .leftJoin('fisher_spectra as f', (join) =>
      join.onRef('f.dataset_id', '=', 'e.dataset_id').onRef('f.activation_id', '=', 'e.activation_id'),
    )
    .select([
      'newest.algorithm',
      sql<number>`count(*)::int`.as('total'),
      sql<number>`count(*) filter (where f.created_at > newest.created_at and f.reason is null)::int`.as('fresh'),
    ])
    .groupBy('newest.algorithm')
    .orderBy('newest.algorithm')
    .execute()
}
