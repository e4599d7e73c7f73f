import type { Database } from '../../db/connection/client.js'
import { findEvaluations } from '../../db/evaluations/find-evaluations.js'
import { listWithSpectrum } from '../../db/features/missing-spectra.js'
import type { Surrogate } from '../../db/generated/client.js'
import { findActivationIds, listStoredPoints, type StoredPoint } from '../../db/surrogates/find-points.js'
import { toPlace } from '../../db/surrogates/places.js'
import type { MapPoint } from '../../surrogate/surrogate-method.js'
import { openAppliedSurrogate } from './applied-surrogate.js'
import { loadSpectra } from './load-spectra.js'

/** The prediction of one function by a surrogate. */
export interface PredictionRecord {
  /** As in the request. */
  readonly expression: string
  /** Null if the function is not stored. */
  readonly activationId: number | null
  readonly identityHex: string
  readonly surrogateId: number
  /** Predicted validation accuracy. For a measured function it uses only the other evaluations. */
  readonly mean: number
  readonly standardDeviation: number | null
  /** Measured validation accuracy; null if the function was not measured. */
  readonly measured: number | null
  readonly features: readonly ('OUTPUTS' | 'FISHER_SPECTRUM')[]
  /** Ids of the evaluations with the most influence, nearest first. */
  readonly basedOn: readonly number[]
  /** Its place on the map of the surrogate; null if the surrogate has no map. */
  readonly mapPoint: MapPoint | null
  /** Its place on the map by outputs only; null if the surrogate has no such map. */
  readonly outputsPoint: MapPoint | null
}

/** A finite function to predict. */
export interface PredictableActivation {
  readonly identityHex: string
  readonly canonicalText: string
  readonly outputs: Float32Array
}

/**
 * Predictions of finite functions, in their order: those that the fit stored, or new ones from the outputs and, if it is
 * stored, the spectrum of the function. Throws SURROGATE_UNAVAILABLE if the surrogate is not READY.
 */
export async function predictActivations(
  database: Database,
  surrogate: Pick<Surrogate, 'id' | 'datasetId'>,
  activations: readonly PredictableActivation[],
): Promise<PredictionRecord[]> {
  const db = database.kysely
  const ids = await findActivationIds(
    db,
    activations.map(({ identityHex }) => identityHex),
  )
  const stored = [...ids.values()]
  const { datasetId } = surrogate
  const measured = await findEvaluations(
    db,
    activations.map(({ identityHex, canonicalText: expression }) => {
      return { datasetId, activationId: ids.get(identityHex) ?? 0, expression }
    }),
  )
  const points = new Map((await listStoredPoints(db, surrogate.id, stored)).map((point) => [point.activationId, point]))
  const outdated = await listOutdated(database, surrogate, [...points.values()])
  const isNew = ({ identityHex }: PredictableActivation) => {
    const activationId = ids.get(identityHex) ?? 0
    return outdated.has(activationId) || points.get(activationId)?.mean == null
  }
  const placed = await predictNew(database, surrogate, activations.filter(isNew), ids)
  return activations.map((activation, index) => {
    const { identityHex, canonicalText } = activation
    const activationId = ids.get(identityHex) ?? null
    const values = placed.get(identityHex) ?? toValues(points.get(activationId ?? 0) as StoredPoint)
    return {
      expression: canonicalText,
      activationId,
      identityHex,
      surrogateId: surrogate.id,
      measured: measured[index]?.validationAccuracy ?? null,
      ...values,
    }
  })
}

type PredictedValues = Pick<
  PredictionRecord,
  'mean' | 'standardDeviation' | 'features' | 'basedOn' | 'mapPoint' | 'outputsPoint'
>

/** Functions that the fit predicted only by their outputs, and that have a spectrum now. */
async function listOutdated(
  database: Database,
  surrogate: Pick<Surrogate, 'id' | 'datasetId'>,
  points: readonly StoredPoint[],
): Promise<Set<number>> {
  const bare = points.filter(({ features }) => !features.includes('FISHER_SPECTRUM'))
  if (bare.length === 0) return new Set()
  const { usesSpectra } = await openAppliedSurrogate(database, surrogate)
  const ids = bare.map(({ activationId }) => activationId)
  return usesSpectra ? listWithSpectrum(database.kysely, surrogate.datasetId, ids) : new Set()
}

async function predictNew(
  database: Database,
  surrogate: Pick<Surrogate, 'id' | 'datasetId'>,
  activations: readonly PredictableActivation[],
  ids: ReadonlyMap<string, number>,
): Promise<Map<string, PredictedValues>> {
  if (activations.length === 0) return new Map()
  const applied = await openAppliedSurrogate(database, surrogate)
  const stored = activations.map(({ identityHex }) => ids.get(identityHex)).filter((id) => id !== undefined)
  const spectra = await loadSpectra(database, surrogate.datasetId, applied.usesSpectra ? stored : [])
  const predictions = await applied.predict(
    activations.map(({ identityHex, outputs }) => ({
      outputs,
      spectrum: spectra.get(ids.get(identityHex) ?? 0) ?? null,
    })),
  )
  return new Map(
    predictions.map(({ mean, standardDeviation, features, basedOn, mapPoint, outputsPoint = null }, index) => [
      activations[index].identityHex,
      { mean, standardDeviation, features, basedOn: applied.toEvaluationIds(basedOn), mapPoint, outputsPoint },
    ]),
  )
}

function toValues({ mean, standardDeviation, features, basedOn, ...places }: StoredPoint): PredictedValues {
  return {
    mean: mean as number,
    standardDeviation,
    features: features.filter((feature) => feature !== 'EMBEDDING'),
    basedOn,
    mapPoint: toPlace(places.x, places.y),
    outputsPoint: toPlace(places.outputsX, places.outputsY),
  }
}
