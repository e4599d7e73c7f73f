import type { Kysely } from 'kysely'
import type { SurrogateAlgorithm } from '../generated/client.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

/** The datasets and algorithms whose newest READY surrogate was fitted by a method before `method`, without some datasets. */
export async function listOutdatedFits(
  db: Kysely<Tables>,
  method: number,
  except: readonly string[],
): Promise<{ datasetId: number; algorithm: SurrogateAlgorithm }[]> {
  return db
    .selectFrom((eb) =>
      eb
        .selectFrom('surrogates as u')
        .distinctOn(['u.dataset_id', 'u.algorithm'])
        .innerJoin('datasets as d', 'd.id', 'u.dataset_id')
        .select(['u.dataset_id', 'u.algorithm', 'u.method'])
        .where(({ eb, not }) => not(eb('d.name', '=', anyOf(except))))
        .where('u.state', '=', 'READY')
        .where('u.algorithm', '<>', 'UPLOADED')
        .orderBy('u.dataset_id')
        .orderBy('u.algorithm')
        .orderBy('u.version', 'desc')
        .as('newest'),
    )
    .select(['newest.dataset_id as datasetId', 'newest.algorithm'])
    .where('newest.method', '<', method)
    .orderBy('newest.dataset_id')
    .orderBy('newest.algorithm')
    .execute()
}
