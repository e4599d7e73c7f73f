import { type Kysely, type NotNull, sql } from 'kysely'
import type { SurrogateAlgorithm, SurrogateState } from '../generated/client.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, enumValues, listOf, listsFrom, unnest } from '../tables/lists.js'
import { listPlaces, type MapPlaces, PLACES, SELECTED_PLACES } from './places.js'
import { nextVersion } from './surrogate-versions.js'

/** The algorithms that this service fits. */
type FittedAlgorithm = Exclude<SurrogateAlgorithm, 'UPLOADED'>

/** The newest READY surrogate of each algorithm of a dataset, with the bytes of its fit. */
export async function listShippableSurrogates(db: Kysely<Tables>, datasetId: number) {
  return (
    db
      .selectFrom('surrogates as u')
      .innerJoin('surrogate_artifacts as f', 'f.surrogate_id', 'u.id')
      .distinctOn('u.algorithm')
      .select(({ ref }) => ['u.id', 'u.algorithm', enumValues(ref('u.features')).as('features'), 'f.bytes as artifact'])
      .select(['u.trained_on as trainedOn', 'u.left_out as leftOut', 'u.fitted_at as fittedAt'])
      .select(['u.fit_seconds as fitSeconds', 'u.spearman', 'u.kendall', 'u.mean_absolute_error as meanAbsoluteError'])
      .select(['u.top_recall as topRecall', 'u.interval_coverage as intervalCoverage', 'u.folds', 'u.method'])
      .select(['u.quality_functions as functions', 'u.quality_quarters as quarters'])
      .where('u.dataset_id', '=', datasetId)
      .where('u.state', '=', 'READY')
      .where('u.algorithm', '<>', 'UPLOADED')
      .orderBy('u.algorithm')
      .orderBy('u.version', 'desc')
      // A READY surrogate has these values.
      .$narrowType<{ algorithm: FittedAlgorithm; trainedOn: NotNull; leftOut: NotNull; fittedAt: NotNull }>()
      .execute()
  )
}

/** The points of a surrogate, by expression. `basedOn` are the expressions of evaluations, nearest first. */
export function listShippablePoints(db: Kysely<Tables>, surrogateId: number) {
  return db
    .selectFrom('surrogate_points as t')
    .innerJoin('activations as a', 'a.id', 't.activation_id')
    .select(['t.activation_id as activationId', 'a.expression'])
    .select(['t.x', 't.y', 't.outputs_x as outputsX', 't.outputs_y as outputsY'])
    .select(['t.spectrum_x as spectrumX', 't.spectrum_y as spectrumY'])
    .select(['t.mean', 't.standard_deviation as standardDeviation', 't.measured'])
    .select(sql<boolean>`'FISHER_SPECTRUM' = any (t.features)`.as('hasSpectrum'))
    .select(({ ref, selectFrom }) =>
      sql<string[]>`array(${selectFrom(unnest('b', { id: listOf('int4', ref('t.based_on')) }))
        .innerJoin('evaluations as e', 'e.id', 'b.id')
        .select('e.expression')
        .orderBy('b.position')})`.as('basedOn'),
    )
    .where('t.surrogate_id', '=', surrogateId)
    .orderBy('a.expression', (order) => order.collate('C'))
    .execute()
}

/** A surrogate that is READY or will be. */
export interface NewestFit {
  readonly state: SurrogateState
  readonly method: number
  /** Number of measured functions at the time of the fit; null before it is READY. */
  readonly functions: number | null
}

/** The newest surrogate of this algorithm of a dataset that is READY or will be, or null. */
export async function findNewestFit(
  db: Kysely<Tables>,
  datasetId: number,
  algorithm: SurrogateAlgorithm,
): Promise<NewestFit | null> {
  const row = await db
    .selectFrom('surrogates')
    .select(['state', 'method'])
    .select(sql<number | null>`trained_on + left_out`.as('functions'))
    .where('dataset_id', '=', datasetId)
    .where('algorithm', '=', algorithm)
    .where('state', '<>', 'FAILED')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

export interface ShippedSurrogate {
  readonly algorithm: SurrogateAlgorithm
  readonly features: readonly ('OUTPUTS' | 'FISHER_SPECTRUM')[]
  readonly trainedOn: number
  readonly leftOut: number
  readonly fittedAt: string
  readonly fitSeconds: number | null
  readonly method: number
  readonly quality: {
    readonly spearman: number | null
    readonly kendall: number | null
    readonly meanAbsoluteError: number | null
    readonly topRecall: number | null
    readonly intervalCoverage: number | null
    readonly folds: number | null
    readonly functions: number | null
    readonly quarters: readonly object[] | null
  }
  readonly artifact: Uint8Array
  readonly points: readonly ShippedPoint[]
}

export interface ShippedPoint extends MapPlaces {
  readonly activationId: number
  readonly mean: number | null
  readonly standardDeviation: number | null
  readonly measured: number | null
  readonly hasSpectrum: boolean
  /** Expressions of evaluations, nearest first. */
  readonly basedOn: readonly string[]
}

/** Stores a READY surrogate, with its fit and its points, as the next version of a dataset. */
export async function insertShippedSurrogate(
  db: Kysely<Tables>,
  datasetId: number,
  surrogate: ShippedSurrogate,
): Promise<void> {
  const { algorithm, quality, points } = surrogate
  const { id } = await db
    .insertInto('surrogates')
    .values({
      ...{ dataset_id: datasetId, algorithm, state: 'READY', progress: 1 },
      version: nextVersion(db, datasetId),
      features: sql`${surrogate.features}::feature_space[]`,
      trained_on: surrogate.trainedOn,
      left_out: surrogate.leftOut,
      candidates: points.length,
      fitted_at: surrogate.fittedAt,
      fit_seconds: surrogate.fitSeconds,
      spearman: quality.spearman,
      kendall: quality.kendall,
      mean_absolute_error: quality.meanAbsoluteError,
      top_recall: quality.topRecall,
      interval_coverage: quality.intervalCoverage,
      folds: quality.folds,
      quality_functions: quality.functions,
      quality_quarters: quality.quarters && JSON.stringify(quality.quarters),
      method: surrogate.method,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await db
    .insertInto('surrogate_artifacts')
    .values({ surrogate_id: id, bytes: Buffer.from(surrogate.artifact) })
    .execute()
  await insertPoints(db, datasetId, id, points)
}

async function insertPoints(
  db: Kysely<Tables>,
  datasetId: number,
  surrogateId: number,
  points: readonly ShippedPoint[],
): Promise<void> {
  const idOf = await findEvaluationIds(db, datasetId, new Set(points.flatMap(({ basedOn }) => basedOn)))
  const list = listsFrom(points)
  const rows = unnest('n', {
    activation_id: list('int4', (point) => point.activationId),
    ...listPlaces(points),
    mean: list('float8', (point) => point.mean),
    standard_deviation: list('float8', (point) => point.standardDeviation),
    measured: list('float8', (point) => point.measured),
    has_spectrum: list('bool', (point) => point.hasSpectrum),
    // A list of lists would have to be rectangular.
    based_on: list(
      'text',
      ({ basedOn }) => `{${basedOn.flatMap((expression) => idOf.get(expression) ?? []).join(',')}}`,
    ),
  })
  await db
    .insertInto('surrogate_points')
    .columns([
      ...(['surrogate_id', 'activation_id'] as const),
      ...PLACES,
      ...(['mean', 'standard_deviation', 'measured', 'features', 'based_on'] as const),
    ])
    .expression((eb) =>
      eb
        .selectFrom(rows)
        .select(sql<number>`${surrogateId}::int`.as('surrogate_id'))
        .select('n.activation_id')
        .select(SELECTED_PLACES)
        .select(['n.mean', 'n.standard_deviation', 'n.measured'])
        .select(
          sql`case when n.has_spectrum then '{OUTPUTS,FISHER_SPECTRUM}'::feature_space[]
            else '{OUTPUTS}'::feature_space[] end`.as('features'),
        )
        .select(sql<number[]>`n.based_on::int[]`.as('based_on')),
    )
    .execute()
}

/**
 * The evaluations of a dataset by expression; unknown ones are missing. A join for each point would read the whole table
 * each time, because a table that was filled in this transaction has no statistics.
 */
async function findEvaluationIds(
  db: Kysely<Tables>,
  datasetId: number,
  expressions: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('evaluations')
    .select(['id', 'expression'])
    .where('dataset_id', '=', datasetId)
    .where('expression', '=', anyOf([...expressions]))
    .execute()
  return new Map(rows.map(({ id, expression }) => [expression, id]))
}

/** Ids of the activations that these expressions compute, by expression; unknown spellings are missing. */
export async function findIdsBySpelling(
  db: Kysely<Tables>,
  expressions: readonly string[],
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('expressions as x')
    .select(['x.text', 'x.activation_id as activationId'])
    .where('x.text', '=', anyOf(expressions))
    .execute()
  return new Map(rows.map(({ text, activationId }) => [text, activationId]))
}
