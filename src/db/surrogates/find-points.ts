import type { Db } from '../connection/client.js'
import type { FeatureSpace } from '../generated/client.js'

/** A prediction that a fit stored. */
export interface StoredPoint {
  readonly activationId: number
  readonly x: number | null
  readonly y: number | null
  readonly mean: number | null
  readonly standardDeviation: number | null
  readonly features: FeatureSpace[]
  readonly basedOn: number[]
}

/** What a surrogate stored of these activations; those that it does not know are missing. */
export async function findPoints(
  db: Db,
  surrogateId: number,
  activationIds: readonly number[],
): Promise<StoredPoint[]> {
  return db.surrogatePoint.findMany({
    where: { surrogateId, activationId: { in: [...activationIds] } },
    omit: { surrogateId: true, measured: true },
  })
}

/** A place on a surrogate's map, with what names its function. */
export interface MapPoint {
  readonly activationId: number
  readonly identityHex: string
  readonly expression: string
  readonly x: number
  readonly y: number
  readonly mean: number
  readonly isMeasured: boolean
}

/** All functions that have a place on the map of a surrogate, in the order of their ids. */
export async function listMapPoints(db: Db, surrogateId: number): Promise<MapPoint[]> {
  return db.$queryRaw<MapPoint[]>`
    SELECT p.activation_id AS "activationId", encode(a.identity, 'hex') AS "identityHex", a.expression,
      p.x, p.y, p.mean, p.measured IS NOT NULL AS "isMeasured"
    FROM surrogate_points p JOIN activations a ON a.id = p.activation_id
    WHERE p.surrogate_id = ${surrogateId} AND p.x IS NOT NULL AND p.y IS NOT NULL AND p.mean IS NOT NULL
    ORDER BY p.activation_id`
}

/** A stored prediction with what names its function. */
export interface PredictedPoint
  extends Pick<MapPoint, 'activationId' | 'identityHex' | 'expression' | 'mean' | 'isMeasured'> {
  readonly standardDeviation: number
}

/** All functions that a surrogate stored a mean and a standard deviation for, in the order of their ids. */
export async function listPredictedPoints(db: Db, surrogateId: number): Promise<PredictedPoint[]> {
  return db.$queryRaw<PredictedPoint[]>`
    SELECT p.activation_id AS "activationId", encode(a.identity, 'hex') AS "identityHex", a.expression,
      p.mean, p.standard_deviation AS "standardDeviation", p.measured IS NOT NULL AS "isMeasured"
    FROM surrogate_points p JOIN activations a ON a.id = p.activation_id
    WHERE p.surrogate_id = ${surrogateId} AND p.mean IS NOT NULL AND p.standard_deviation IS NOT NULL
    ORDER BY p.activation_id`
}

/** The activations of these identities (64 hex digits) that are stored. */
export async function findActivationIds(db: Db, identities: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.activation.findMany({
    where: { identity: { in: identities.map((hex) => new Uint8Array(Buffer.from(hex, 'hex'))) } },
    select: { id: true, identity: true },
  })
  return new Map(rows.map(({ id, identity }) => [Buffer.from(identity).toString('hex'), id]))
}

/** Validation accuracy of these activations in a dataset; of several evaluations of a function, the first one's. */
export async function findMeasured(
  db: Db,
  datasetId: number,
  activationIds: readonly number[],
): Promise<Map<number, number>> {
  const rows = await db.evaluation.findMany({
    where: { datasetId, activationId: { in: [...activationIds] }, validationAccuracy: { not: null } },
    select: { activationId: true, validationAccuracy: true },
    orderBy: { id: 'desc' },
  })
  return new Map(rows.map(({ activationId, validationAccuracy }) => [activationId, validationAccuracy as number]))
}
