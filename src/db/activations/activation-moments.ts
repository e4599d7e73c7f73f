import type { Kysely } from 'kysely'
import { type GaussianMoments, MOMENTS_VERSION } from '../../activations/gaussian-moments.js'
import { inChunks } from '../statements/in-chunks.js'
import type { Tables } from '../tables/generated.js'
import { listsFrom, unnest } from '../tables/lists.js'

/** A stored function without moments of this version. */
export interface UnmeasuredActivation {
  readonly id: number
  readonly expression: string
}

/** The moments of a stored function, in this version of the method. */
export interface MeasuredMoments extends GaussianMoments {
  readonly id: number
}

/** Which functions: those with ids greater than `last`, in a dataset if one is given. */
export interface MomentsScope {
  readonly last?: number
  readonly datasetId?: number | null
}

/** Functions without moments of this version, with the lowest ids. */
export function listWithoutMoments(
  db: Kysely<Tables>,
  { last = 0, datasetId = null }: MomentsScope,
  limit: number,
): Promise<UnmeasuredActivation[]> {
  return db
    .selectFrom('activations as a')
    .select(['a.id', 'a.expression'])
    .where('a.id', '>', last)
    .$if(datasetId !== null, (query) =>
      query.where('a.id', 'in', (eb) =>
        eb.selectFrom('evaluations as e').select('e.activation_id').where('e.dataset_id', '=', datasetId),
      ),
    )
    .where(({ exists, not, selectFrom }) => {
      const moments = selectFrom('activation_moments as m').whereRef('m.activation_id', '=', 'a.id')
      return not(exists(moments.where('m.version', '=', MOMENTS_VERSION)))
    })
    .orderBy('a.id')
    .limit(limit)
    .execute()
}

/** Stores moments of functions, and replaces those of another version. A function that was deleted meanwhile is left out. */
export async function upsertMoments(db: Kysely<Tables>, measured: readonly MeasuredMoments[]): Promise<void> {
  const ordered = [...measured].sort((a, b) => a.id - b.id)
  await inChunks(ordered, CHUNK, (chunk) => upsertChunk(db, chunk))
}

const CHUNK = 5000

async function upsertChunk(db: Kysely<Tables>, measured: readonly MeasuredMoments[]): Promise<void> {
  const list = listsFrom(measured)
  const rows = unnest('n', {
    activation_id: list('int4', ({ id }) => id),
    mean: list('float8', ({ mean }) => mean),
    standard_deviation: list('float8', ({ standardDeviation }) => standardDeviation),
  })
  await db
    .insertInto('activation_moments')
    .columns(['activation_id', 'mean', 'standard_deviation', 'version'])
    .expression((eb) =>
      eb
        .selectFrom(rows)
        .innerJoin('activations as a', 'a.id', 'n.activation_id')
        .select(['n.activation_id', 'n.mean', 'n.standard_deviation', eb.lit(MOMENTS_VERSION).as('version')]),
    )
    .onConflict((conflict) =>
      conflict.column('activation_id').doUpdateSet((eb) => ({
        mean: eb.ref('excluded.mean'),
        standard_deviation: eb.ref('excluded.standard_deviation'),
        version: eb.ref('excluded.version'),
      })),
    )
    .execute()
}
