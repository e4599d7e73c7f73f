import type { DatasetRow, EvaluationRow } from '../../db/loaders.js'
import { ActbenchError } from '../../errors.js'
import { type ActivationDescription, describeActivation } from '../../services/activations/describe-activation.js'
import { datasetNotFound } from '../../services/datasets/get-dataset.js'
import type { Context } from '../context.js'
import type { ActivationSource } from './activation.type.js'

/** The dataset with this name. Throws NOT_FOUND with the name of the argument. */
export async function getDatasetByName(context: Context, name: string, argument?: string): Promise<DatasetRow> {
  const dataset = await context.loaders.datasetByName.load(name)
  if (!dataset) throw datasetNotFound(name, argument)
  return dataset
}

/** The activation of an expression, stored or not. Throws INVALID_EXPRESSION. */
export function getActivationOf(context: Context, expression: string): Promise<ActivationSource> {
  return findStored(context, describeActivation(expression))
}

/**
 * The stored activation of the described function, reached under this spelling. If none is stored, the description with the
 * id null.
 */
export async function findStored(context: Context, description: ActivationDescription): Promise<ActivationSource> {
  const stored = await context.loaders.activationByIdentity.load(description.identityHex)
  const spelling = description.canonicalText
  return { ...(stored ?? { ...description, id: null, expression: spelling }), spelling }
}

/** The activation of a row, reached under the expression of the row. */
export async function getActivation(
  { loaders }: Context,
  { activationId, expression }: { readonly activationId: number; readonly expression: string },
): Promise<ActivationSource> {
  return { ...(await getRow(loaders.activation, activationId)), spelling: expression }
}

/**
 * The evaluation of a function in a dataset, or null. If the dataset has several, the spelling under which the function was
 * reached decides (see `answerOrder` of the database).
 */
export function findEvaluation(
  { loaders }: Context,
  datasetId: number,
  { id, expression, spelling = expression }: ActivationSource,
): Promise<EvaluationRow | null> {
  if (id === null) return Promise.resolve(null)
  return loaders.evaluationIn.load({ datasetId, activationId: id, expression: spelling })
}

/** The row with this id. A foreign key refers to the row, so it is missing only after a deletion. */
export async function getRow<Row>(loader: { load(id: number): Promise<Row | null> }, id: number): Promise<Row> {
  const row = await loader.load(id)
  // The row existed when the request started. Another client has deleted its dataset since.
  if (!row) throw new ActbenchError('NOT_FOUND', 'this object was deleted while the request was answered')
  return row
}
