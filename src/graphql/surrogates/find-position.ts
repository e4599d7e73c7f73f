import type { SurrogateRow } from '../../db/loaders.js'
import { ActbenchError } from '../../errors.js'
import { describeActivation } from '../../services/activations/describe-activation.js'
import { getRow } from '../activations/find-named.js'
import type { Context } from '../context.js'
import type { PredictionSource } from './prediction.type.js'
import type { MapPosition, PlaceSource } from './surrogate.type.js'

/** What the surrogate that was asked predicts for a point of a map. */
export async function findPointPrediction(
  { loaders }: Context,
  { activation, mean, standardDeviation, predictedBy }: PlaceSource,
): Promise<{ readonly mean: number | null; readonly standardDeviation: number | null }> {
  if (predictedBy === null) return { mean, standardDeviation }
  const point = await loaders.point.load({ surrogateId: predictedBy, activationId: activation.id as number })
  return point ?? { mean: null, standardDeviation: null }
}

/** The place of a predicted function on the map of its surrogate, or on the newest map of the dataset. */
export async function findPosition(
  { loaders }: Context,
  { surrogateId, activationId, expression }: PredictionSource,
): Promise<MapPosition | null> {
  const surrogate: SurrogateRow = await getRow(loaders.surrogate, surrogateId)
  const map = surrogate.algorithm === 'UMAP_KNN' ? surrogate : await loaders.newestMap.load(surrogate.datasetId)
  if (map === null) return null
  // The map shows a stored point where the fit put it, also if its spectrum is known since then.
  const point = activationId === null ? null : await loaders.point.load({ surrogateId: map.id, activationId })
  if (point?.x != null && point.y !== null) return { x: point.x, y: point.y }
  try {
    const { mapPoint } = await loaders.predictionBy(map).load(describeActivation(expression))
    return mapPoint && { x: mapPoint[0], y: mapPoint[1] }
  } catch (error) {
    // For example, the fit is of another version of the product.
    if (error instanceof ActbenchError && error.code === 'SURROGATE_UNAVAILABLE') return null
    throw error
  }
}
