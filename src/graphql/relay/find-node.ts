import { refuseInput } from '../../services/validate-input.js'
import { getActivationOf } from '../activations/find-named.js'
import type { Context } from '../context.js'
import { isGlobalId, parseGlobalId } from './global-id.js'
import type { NodeSource } from './node.type.js'

/** The object with a global id, and the name of its type; null if it does not exist. Only ADMIN can see keys. */
export async function findNode(context: Context, id: string): Promise<NodeSource | null> {
  const row = await findRow(context, id)
  return row && { ...row, __typename: parseGlobalId(id, 'id').type }
}

/** The most ids in one `nodes` field. */
const MOST_NODES = 100

/** The objects of several global ids, in the same order; null for a malformed id and for an object that does not exist. */
export async function findNodes(context: Context, ids: readonly string[]): Promise<(NodeSource | null)[]> {
  if (ids.length > MOST_NODES) refuseInput('ids', `at most ${MOST_NODES} ids`, ids.length)
  return Promise.all(ids.map((id) => (isGlobalId(id) ? findNode(context, id) : null)))
}

async function findRow(context: Context, id: string): Promise<object | null> {
  const { loaders, viewer } = context
  const node = parseGlobalId(id, 'id')
  switch (node.type) {
    case 'Activation':
      return findActivation(context, node.key)
    case 'Dataset':
      return loaders.dataset.load(node.key)
    case 'Evaluation':
      return loaders.evaluation.load(node.key)
    case 'Run':
      return loaders.run.load(node.key)
    case 'Surrogate':
      return loaders.surrogate.load(node.key)
    case 'TrainingJob':
      return loaders.trainingJob.load(node.key)
    case 'Search':
      return loaders.search.load(node.key)
    case 'Suggestion':
      return loaders.suggestion.load(node.key)
    case 'Worker':
      return loaders.worker.load(node.key)
    case 'Snapshot':
      return loaders.snapshot.load(node.key)
    case 'ApiKey':
      return viewer?.scopes.includes('ADMIN') ? loaders.apiKey.load(node.key) : null
  }
}

/** A stored function, or one whose id was given to a client although it is not stored. */
async function findActivation(context: Context, identityHex: string): Promise<object | null> {
  const { loaders } = context
  const stored = await loaders.activationByIdentity.load(identityHex)
  if (stored) return stored
  const expression = await loaders.describedExpression.load(identityHex)
  return expression === null ? null : getActivationOf(context, expression)
}
