import { type Kysely, sql } from 'kysely'
import type { SurrogateAlgorithm } from '../generated/client.js'
import type { Tables } from '../tables/generated.js'
import { listsFrom, unnest } from '../tables/lists.js'
import { listPlaces, type MapPlaces, PLACES, SELECTED_PLACES } from './places.js'

/** A point of a surrogate with its prediction. */
export interface FittedPoint extends MapPlaces {
  readonly activationId: number
  readonly mean: number
  readonly standardDeviation: number | null
  readonly measured: number | null
  readonly hasSpectrum: boolean
  /** Evaluation ids, nearest first; at most three. */
  readonly basedOn: readonly number[]
}

/**
 * Makes other requests for a surrogate of this dataset wait until the transaction ends. Evaluations may still be added.
 */
export async function lockDataset(db: Kysely<Tables>, datasetId: number): Promise<void> {
  await db.selectFrom('datasets as d').select('d.id').where('d.id', '=', datasetId).forNoKeyUpdate().execute()
}

/** Marks an unfinished surrogate FITTING and returns its new fence; null if it does not exist or is finished. */
export async function markFitting(db: Kysely<Tables>, surrogateId: number): Promise<number | null> {
  const started = await db
    .updateTable('surrogates as u')
    .set((eb) => ({
      state: 'FITTING',
      fence: eb('u.fence', '+', 1),
      fruitless_starts: eb('u.fruitless_starts', '+', 1),
      progress: 0,
    }))
    .where('u.id', '=', surrogateId)
    .where((eb) => eb.or([eb('u.state', '=', 'QUEUED'), eb('u.state', '=', 'FITTING')]))
    .returning('u.fence')
    .executeTakeFirst()
  return started?.fence ?? null
}

/** Locks a surrogate until the transaction ends; false if it does not exist or this fence no longer owns its fit. */
export async function lockFit(db: Kysely<Tables>, surrogateId: number, fence: number): Promise<boolean> {
  const owned = await db
    .selectFrom('surrogates as u')
    .select('u.id')
    .where('u.id', '=', surrogateId)
    .where('u.fence', '=', fence)
    .where('u.state', '=', 'FITTING')
    .forUpdate()
    .executeTakeFirst()
  return owned !== undefined
}

/** Stores all points of a surrogate in one statement. */
export async function insertPoints(
  db: Kysely<Tables>,
  surrogateId: number,
  points: readonly FittedPoint[],
): Promise<void> {
  const list = listsFrom(points)
  // PostgreSQL cannot unnest lists of unequal length, so the three evaluation ids are columns.
  const rows = unnest('n', {
    activation_id: list('int4', (point) => point.activationId),
    ...listPlaces(points),
    mean: list('float8', (point) => point.mean),
    standard_deviation: list('float8', (point) => point.standardDeviation),
    measured: list('float8', (point) => point.measured),
    has_spectrum: list('bool', (point) => point.hasSpectrum),
    first: list('int4', (point) => point.basedOn[0] ?? null),
    second: list('int4', (point) => point.basedOn[1] ?? null),
    third: list('int4', (point) => point.basedOn[2] ?? null),
  })
  await db
    .insertInto('surrogate_points')
    .columns([
      ...(['surrogate_id', 'activation_id'] as const),
      ...PLACES,
      ...(['mean', 'standard_deviation', 'measured', 'features', 'based_on'] as const),
    ])
    .expression((eb) =>
      eb.selectFrom(rows).select([
        sql<number>`${surrogateId}::int`.as('surrogate_id'),
        'n.activation_id',
        ...SELECTED_PLACES,
        'n.mean',
        'n.standard_deviation',
        'n.measured',
        sql`case when n.has_spectrum then '{OUTPUTS,FISHER_SPECTRUM}'::feature_space[]
            else '{OUTPUTS}'::feature_space[] end`.as('features'),
        sql<number[]>`array_remove(array[n.first, n.second, n.third], null)`.as('based_on'),
      ]),
    )
    .execute()
}

/**
 * How many evaluations of a dataset an algorithm could be fitted on, and how many of them its newest fit did not see.
 */
export interface RefitCount {
  readonly algorithm: SurrogateAlgorithm
  readonly fresh: number
  readonly total: number
}

/**
 * For each algorithm that the dataset has a surrogate of: its evaluations with a validation accuracy in total, and
 * those added since the newest surrogate was requested. A dataset without surrogates, or with uploaded ones only, gets a row
 * for UMAP_KNN.
 */
export async function countForRefits(db: Kysely<Tables>, datasetId: number): Promise<RefitCount[]> {
  return db
    .selectFrom((eb) =>
      eb
        .selectFrom('surrogates as u')
        .select((eb) => ['u.algorithm', eb.fn.max('u.created_at').as('created_at')])
        .where('u.dataset_id', '=', datasetId)
        .where('u.algorithm', '<>', 'UPLOADED')
        .groupBy('u.algorithm')
        .unionAll(
          db
            .selectNoFrom([
              sql<SurrogateAlgorithm>`'UMAP_KNN'::surrogate_algorithm`.as('algorithm'),
              sql<Date>`null::timestamptz`.as('created_at'),
            ])
            .where(({ exists, not, selectFrom }) =>
              not(
                exists(
                  selectFrom('surrogates as b')
                    .where('b.dataset_id', '=', datasetId)
                    .where('b.algorithm', '<>', 'UPLOADED'),
                ),
              ),
            ),
        )
        .as('newest'),
    )
    .innerJoin('evaluations as e', (join) =>
      join.on('e.dataset_id', '=', datasetId).on('e.validation_accuracy', 'is not', null),
    )
    .select([
      'newest.algorithm',
      sql<number>`count(*)::int`.as('total'),
      sql<number>`count(*) filter (where newest.created_at is null or e.created_at > newest.created_at)::int`.as(
        'fresh',
      ),
    ])
    .groupBy('newest.algorithm')
    .orderBy('newest.algorithm')
    .execute()
}
