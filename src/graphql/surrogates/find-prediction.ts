import type { EvaluationRow, SuggestionRow } from '../../db/loaders.js'
import { ActbenchError } from '../../errors.js'
import { describeActivation } from '../../services/activations/describe-activation.js'
import type { ActivationSource } from '../activations/activation.type.js'
import { getRow } from '../activations/find-named.js'
import type { Context } from '../context.js'
import type { PredictionSource } from './prediction.type.js'

/**
 * The prediction of the dataset's best surrogate for an evaluated function; null if the dataset has no surrogate, or
 * if the function is not finite.
 */
export async function predictEvaluated(
  { loaders }: Context,
  { datasetId, activationId, expression, validationAccuracy }: EvaluationRow,
): Promise<PredictionSource | null> {
  const surrogate = await loaders.bestSurrogate.load(datasetId)
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

/**
 * The prediction of the dataset's best surrogate for a function; null if the dataset has no surrogate, or if the function
 * is not finite.
 */
export async function predictActivation(
  { loaders }: Context,
  datasetId: number,
  activation: ActivationSource,
): Promise<PredictionSource | null> {
  const surrogate = activation.isFinite ? await loaders.bestSurrogate.load(datasetId) : null
  if (!surrogate) return null
  try {
    // The loader uses the stored prediction of the fit if there is one.
    const prediction = await loaders.predictionBy(surrogate).load(describeActivation(activation.expression))
    return { ...prediction, activationId: activation.id, expression: activation.spelling ?? activation.expression }
  } catch (error) {
    // For example, the fit is of another version of the product.
    if (error instanceof ActbenchError && error.code === 'SURROGATE_UNAVAILABLE') return null
    throw error
  }
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
      ? await loaders.predictionBy(await getRow(loaders.surrogate, surrogateId)).load(describeActivation(expression))
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
