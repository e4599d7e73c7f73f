import type { EvaluationRow, SuggestionRow } from '../../db/loaders.js'
import { describeActivation } from '../../services/activations/describe-activation.js'
import { getRow } from '../activations/find-named.js'
import type { Context } from '../context.js'
import type { PredictionSource } from './prediction.type.js'

/**
 * The prediction of the dataset's newest surrogate for an evaluated function; null if the dataset has no surrogate, or
 * if the function is not finite.
 */
export async function predictEvaluated(
  { loaders }: Context,
  { datasetId, activationId, expression, validationAccuracy }: EvaluationRow,
): Promise<PredictionSource | null> {
  const surrogate = await loaders.readySurrogate.load(datasetId)
  if (!surrogate) return null
  const point = await loaders.point.load({ surrogateId: surrogate.id, activationId })
  if (point && point.mean !== null) {
    return { ...point, mean: point.mean, expression, measured: validationAccuracy }
  }
  const activation = await getRow(loaders.activation, activationId)
  if (!activation.isFinite) return null
  const prediction = await loaders.predictionBy(surrogate).load(describeActivation(activation.expression))
  return { ...prediction, expression, measured: validationAccuracy }
}

/** The prediction that led to a suggestion; null without a prediction, or if its surrogate was deleted. */
export async function findSuggestedPrediction(
  { loaders }: Context,
  { surrogateId, predictedMean, activationId, expression, searchId }: SuggestionRow,
): Promise<PredictionSource | null> {
  if (surrogateId === null || predictedMean === null) return null
  const { datasetId } = await getRow(loaders.search, searchId)
  const [point, evaluation, { isFinite: canBePredicted }] = await Promise.all([
    loaders.point.load({ surrogateId, activationId }),
    loaders.evaluationIn.load({ datasetId, activationId, expression }),
    getRow(loaders.activation, activationId),
  ])
  const basis =
    point ??
    (canBePredicted
      ? await loaders.predictionBy({ id: surrogateId, datasetId }).load(describeActivation(expression))
      : { standardDeviation: null, features: [], basedOn: [] })
  return {
    expression,
    activationId,
    surrogateId,
    mean: predictedMean,
    standardDeviation: basis.standardDeviation,
    measured: evaluation?.validationAccuracy ?? null,
    features: basis.features,
    basedOn: basis.basedOn,
  }
}
