import type { DatasetRow } from '../../db/loaders.js'
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

/** The stored activation of the described function. If none is stored, the description with the id null. */
export async function findStored(context: Context, description: ActivationDescription): Promise<ActivationSource> {
  const stored = await context.loaders.activationByIdentity.load(description.identityHex)
  return stored ?? { ...description, id: null, expression: description.canonicalText }
}

/** The row with this id. A foreign key refers to the row, so it is missing only after a deletion. */
export async function getRow<Row>(loader: { load(id: number): Promise<Row | null> }, id: number): Promise<Row> {
  const row = await loader.load(id)
  // The row existed when the request started. Another client has deleted its dataset since.
  if (!row) throw new ActbenchError('NOT_FOUND', 'this object was deleted while the request was answered')
  return row
}
