import type { EvaluationRow } from '../../db/loaders.js'
import { ActbenchError } from '../../errors.js'
import { type ActivationDescription, describeActivation } from '../../services/activations/describe-activation.js'
import { getValidList } from '../../services/validate-input.js'
import type { Context } from '../context.js'
import type { ActivationSource } from './activation.type.js'
import { findEvaluation, findStored, getDatasetByName } from './find-named.js'

export interface ComparisonSource {
  readonly expression: string
  readonly activation: ActivationSource
  readonly evaluations: (EvaluationRow | null)[]
}

/**
 * The evaluation of each expression in each dataset, in the order of the expressions. An expression that does not parse has
 * its INVALID_EXPRESSION in its place. Throws NOT_FOUND (no such dataset) or BAD_USER_INPUT.
 */
export async function compareActivations(
  context: Context,
  expressions: readonly string[],
  names: readonly string[],
): Promise<(ComparisonSource | ActbenchError)[]> {
  const described = getValidList('expressions', expressions, 100).map(describeOrRefuse)
  const datasets = await Promise.all(
    getValidList('datasets', names, 100).map((name) => getDatasetByName(context, name, 'datasets')),
  )
  return Promise.all(
    described.map(async (description, place) => {
      if (description instanceof ActbenchError) return description
      const activation = await findStored(context, description)
      const evaluations = await Promise.all(datasets.map(({ id }) => findEvaluation(context, id, activation)))
      return { expression: expressions[place], activation, evaluations }
    }),
  )
}

function describeOrRefuse(expression: string): ActivationDescription | ActbenchError {
  try {
    return describeActivation(expression)
  } catch (error) {
    if (error instanceof ActbenchError) return error
    throw error
  }
}
