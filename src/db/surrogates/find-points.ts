import { type Kysely, sql } from 'kysely'
import type { FeatureSpace } from '../generated/client.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, enumValues } from '../tables/lists.js'

/** A prediction that a fit stored. */
export interface StoredPoint {
  readonly activationId: number
  readonly x: number | null
  readonly y: number | null
  readonly outputsX: number | null
  readonly outputsY: number | null
  readonly mean: number | null
  readonly standardDeviation: number | null
  readonly features: FeatureSpace[]
  readonly basedOn: number[]
}

/** The stored predictions of a surrogate for these activations, in any order; activations without one are missing. */
export async function listStoredPoints(
  db: Kysely<Tables>,
  surrogateId: number,
  activationIds: readonly number[],
): Promise<StoredPoint[]> {
  return db
    .selectFrom('surrogate_points as t')
    .select((eb) => [
      't.activation_id as activationId',
      't.x',
      't.y',
      't.outputs_x as outputsX',
      't.outputs_y as outputsY',
      't.mean',
      't.standard_deviation as standardDeviation',
      enumValues(eb.ref('t.features')).as('features'),
      't.based_on as basedOn',
    ])
    .where('t.surrogate_id', '=', surrogateId)
    .where('t.activation_id', '=', anyOf(activationIds))
    .execute()
}

/** A function on the map of a surrogate. */
export interface MapPoint {
  readonly activationId: number
  readonly identityHex: string
  readonly expression: string
  readonly x: number
  readonly y: number
  /** On the map by outputs only; null without such a map. */
  readonly outputsX: number | null
  readonly outputsY: number | null
  readonly mean: number
  readonly isMeasured: boolean
}

const IDENTITY_HEX = sql<string>`encode(a.identity, 'hex')`.as('identityHex')
const IS_MEASURED = sql<boolean>`t.measured is not null`.as('isMeasured')

/** All functions on the map of a surrogate, by rising activation id. */
export async function listMapPoints(db: Kysely<Tables>, surrogateId: number): Promise<MapPoint[]> {
  return db
    .selectFrom('surrogate_points as t')
    .innerJoin('activations as a', 'a.id', 't.activation_id')
    .select(['t.activation_id as activationId', IDENTITY_HEX, 'a.expression', 't.x', 't.y'])
    .select(['t.outputs_x as outputsX', 't.outputs_y as outputsY', 't.mean', IS_MEASURED])
    .where('t.surrogate_id', '=', surrogateId)
    .where('t.x', 'is not', null)
    .where('t.y', 'is not', null)
    .where('t.mean', 'is not', null)
    .$narrowType<{ x: number; y: number; mean: number }>()
    .orderBy('t.activation_id')
    .execute()
}

/** A function with a stored prediction. */
export interface PredictedPoint
  extends Pick<MapPoint, 'activationId' | 'identityHex' | 'expression' | 'mean' | 'isMeasured'> {
  readonly standardDeviation: number
  /** The measurement that the fit used; null if the function was not measured. */
  readonly measured: number | null
}

/** All functions with a mean and a standard deviation by a surrogate, by rising activation id. */
export async function listPredictedPoints(db: Kysely<Tables>, surrogateId: number): Promise<PredictedPoint[]> {
  return db
    .selectFrom('surrogate_points as t')
    .innerJoin('activations as a', 'a.id', 't.activation_id')
    .select([
      't.activation_id as activationId',
      IDENTITY_HEX,
      'a.expression',
      't.mean',
      't.standard_deviation as standardDeviation',
      't.measured',
      IS_MEASURED,
    ])
    .where('t.surrogate_id', '=', surrogateId)
    .where('t.mean', 'is not', null)
    .where('t.standard_deviation', 'is not', null)
    .$narrowType<{ mean: number; standardDeviation: number }>()
    .orderBy('t.activation_id')
    .execute()
}

/** Ids of the stored activations among these identities (64 hexadecimal digits), by identity. */
export async function findActivationIds(
  db: Kysely<Tables>,
  identities: readonly string[],
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('activations as a')
    .select(['a.id', IDENTITY_HEX])
    .where('a.identity', '=', sql<Buffer>`any (select decode(i, 'hex') from unnest(${identities}::text[]) i)`)
    .execute()
  return new Map(rows.map(({ id, identityHex }) => [identityHex, id]))
}
