import type { Kysely } from 'kysely'
import { byPosition, grouped, inOrder } from '../statements/align.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { PointRow, SurrogateRow } from '../statements/rows.js'
import { SURROGATE_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, enumValues, listOf, unnest } from '../tables/lists.js'

type Ids = Placeholders<{ ids: readonly number[] }>

const readySurrogates = compileOnce((db, { ids }: Ids) =>
  db
    .selectFrom('surrogates as u')
    .distinctOn(['u.dataset_id', 'u.algorithm'])
    .select(SURROGATE_COLUMNS)
    .where('u.dataset_id', '=', anyOf(ids))
    .where('u.state', '=', 'READY')
    .where('u.algorithm', '<>', 'UPLOADED')
    .orderBy('u.dataset_id')
    .orderBy('u.algorithm')
    .orderBy('u.version', 'desc'),
)

/**
 * The best READY surrogate of each dataset that this service fitted, by `chooseBest`; null if the dataset has none. One that a
 * client uploaded answers only if it is asked, so that no client changes what others read.
 */
export async function findBestSurrogates(
  db: Kysely<Tables>,
  datasetIds: readonly number[],
): Promise<(SurrogateRow | null)[]> {
  const rows = await readySurrogates(db, { ids: datasetIds })
  return grouped(datasetIds, rows, (row) => row.datasetId).map(chooseBest)
}

/** The newest READY surrogate of an algorithm of each dataset, or null. */
export async function findNewestReady(
  db: Kysely<Tables>,
  algorithm: SurrogateRow['algorithm'],
  datasetIds: readonly number[],
): Promise<(SurrogateRow | null)[]> {
  const rows = (await readySurrogates(db, { ids: datasetIds })).filter((row) => row.algorithm === algorithm)
  return inOrder(datasetIds, rows, (row) => row.datasetId)
}

/** A surrogate that was fitted on less than this share of the functions of another one is out of date. */
const COMPARABLE = 0.5

/**
 * The best of the newest READY surrogates of each algorithm: the one with the greatest Spearman correlation. A surrogate of
 * an older version never wins, because fits on different evaluations have qualities that cannot be compared. For the same
 * reason one is left out that was fitted on less than half as many functions as another. Of equals, the newest.
 */
export function chooseBest<Row extends Pick<SurrogateRow, 'version' | 'trainedOn' | 'spearman'>>(
  newest: readonly Row[],
): Row | null {
  const most = Math.max(0, ...newest.map(({ trainedOn }) => trainedOn ?? 0))
  const [best] = newest
    .filter(({ trainedOn }) => (trainedOn ?? 0) >= COMPARABLE * most)
    .sort((a, b) => (b.spearman ?? -1) - (a.spearman ?? -1) || b.version - a.version)
  return best ?? null
}

/**
 * Ids of other datasets with a READY surrogate that was fitted on at least `least` functions, those with most functions first,
 * at most `most`.
 */
export async function listTrainedElsewhere(
  db: Kysely<Tables>,
  datasetId: number,
  { least, most }: { readonly least: number; readonly most: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('surrogates as u')
    .select('u.dataset_id as id')
    .where('u.dataset_id', '!=', datasetId)
    .where('u.state', '=', 'READY')
    .where('u.trained_on', '>=', least)
    .groupBy('u.dataset_id')
    .orderBy((eb) => eb.fn.max('u.trained_on'), 'desc')
    .orderBy('u.dataset_id')
    .limit(most)
    .execute()
  return rows.map(({ id }) => id)
}

/** The newest surrogate of a dataset for each algorithm, in any state; the newest of all comes first. */
export async function listNewestSurrogates(db: Kysely<Tables>, datasetId: number): Promise<SurrogateRow[]> {
  const rows = await db
    .selectFrom('surrogates as u')
    .distinctOn('u.algorithm')
    .select(SURROGATE_COLUMNS)
    .where('u.dataset_id', '=', datasetId)
    .orderBy('u.algorithm')
    .orderBy('u.version', 'desc')
    .execute()
  return rows.sort((a, b) => b.version - a.version)
}

const surrogateVersions = compileOnce(
  (db, { ids, version }: Placeholders<{ ids: readonly number[]; version: number }>) =>
    db
      .selectFrom('surrogates as u')
      .select(SURROGATE_COLUMNS)
      .where('u.dataset_id', '=', anyOf(ids))
      .where('u.version', '=', version),
)

/** The surrogate of each dataset with a given version, in any state, or null. */
export async function findSurrogateVersions(
  db: Kysely<Tables>,
  version: number,
  datasetIds: readonly number[],
): Promise<(SurrogateRow | null)[]> {
  return inOrder(datasetIds, await surrogateVersions(db, { ids: datasetIds, version }), (row) => row.datasetId)
}

export interface PointKey {
  readonly surrogateId: number
  readonly activationId: number
}

interface PointKeys {
  readonly surrogateIds: readonly number[]
  readonly activationIds: readonly number[]
}

const pointsByKey = compileOnce((db, { surrogateIds, activationIds }: Placeholders<PointKeys>) =>
  db
    .selectFrom(
      unnest('k', { surrogate_id: listOf('int4', surrogateIds), activation_id: listOf('int4', activationIds) }),
    )
    .innerJoin('surrogate_points as t', (join) =>
      join.onRef('t.surrogate_id', '=', 'k.surrogate_id').onRef('t.activation_id', '=', 'k.activation_id'),
    )
    .select((eb) => [
      'k.position',
      't.surrogate_id as surrogateId',
      't.activation_id as activationId',
      't.x',
      't.y',
      't.outputs_x as outputsX',
      't.outputs_y as outputsY',
      't.spectrum_x as spectrumX',
      't.spectrum_y as spectrumY',
      't.mean',
      't.standard_deviation as standardDeviation',
      enumValues(eb.ref('t.features')).as('features'),
      't.based_on as basedOn',
    ]),
)

/** What a fit stored for an activation, with its places on the maps by outputs only and by spectra only. */
export interface StoredPointRow extends Omit<PointRow, 'measured' | 'activation'> {
  readonly outputsX: number | null
  readonly outputsY: number | null
  readonly spectrumX: number | null
  readonly spectrumY: number | null
}

/** The prediction for an activation that the fit of a surrogate stored, or null. */
export async function findPoints(db: Kysely<Tables>, keys: readonly PointKey[]): Promise<(StoredPointRow | null)[]> {
  const rows = await pointsByKey(db, {
    surrogateIds: keys.map((key) => key.surrogateId),
    activationIds: keys.map((key) => key.activationId),
  })
  return byPosition(keys, rows)
}
