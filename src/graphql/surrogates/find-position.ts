import type { MapOfPoints, StoredPointRow, SurrogateRow } from '../../db/loaders.js'
import { toPlace } from '../../db/surrogates/places.js'
import { ActbenchError } from '../../errors.js'
import { describeActivation } from '../../services/activations/describe-activation.js'
import { getRow } from '../activations/find-named.js'
import type { Context } from '../context.js'
import type { FeatureSpace } from '../enums.js'
import { chooseMap } from './choose-map.js'
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

/**
 * The place of a predicted function on a map of its surrogate, or on that of the newest surrogate with a map. Null if there
 * is no such map. Only functions of the fit have a place on the map by spectra.
 */
export async function findPosition(
  { loaders }: Context,
  { surrogateId, activationId, expression }: PredictionSource,
  features: readonly FeatureSpace[] | null,
): Promise<MapPosition | null> {
  const surrogate: SurrogateRow = await getRow(loaders.surrogate, surrogateId)
  const owner = surrogate.algorithm === 'UMAP_KNN' ? surrogate : await loaders.newestMap.load(surrogate.datasetId)
  const map = chooseMap(owner, features)
  if (owner === null || map === null) return null
  // The map shows a stored point where the fit put it, also if its spectrum is known since then.
  const point = activationId === null ? null : await loaders.point.load({ surrogateId: owner.id, activationId })
  const stored = point && PLACE_OF[map](point)
  if (stored) return toPosition(stored)
  // The outputs of any function are known, its spectrum is not.
  if (map === 'spectra') return null
  try {
    const { mapPoint, outputsPoint } = await loaders.predictionBy(owner).load(describeActivation(expression))
    return toPosition(map === 'outputs' ? outputsPoint : mapPoint)
  } catch (error) {
    // For example, the fit is of another version of the product.
    if (error instanceof ActbenchError && error.code === 'SURROGATE_UNAVAILABLE') return null
    throw error
  }
}

const PLACE_OF: Readonly<Record<MapOfPoints, (point: StoredPointRow) => readonly [number, number] | null>> = {
  surrogate: ({ x, y }) => toPlace(x, y),
  outputs: ({ outputsX, outputsY }) => toPlace(outputsX, outputsY),
  spectra: ({ spectrumX, spectrumY }) => toPlace(spectrumX, spectrumY),
}

function toPosition(place: readonly [x: number, y: number] | null): MapPosition | null {
  return place && { x: place[0], y: place[1] }
}
