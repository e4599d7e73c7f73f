import type { Context } from '../context.js'
import { parseGlobalId } from './global-id.js'
import type { NodeSource } from './node.type.js'

/** The object with a global id, and the name of its type; null if it does not exist. Only ADMIN can see keys. */
export async function findNode(context: Context, id: string): Promise<NodeSource | null> {
  const row = await findRow(context, id)
  return row && { ...row, __typename: parseGlobalId(id, 'id').type }
}

async function findRow({ loaders, viewer }: Context, id: string): Promise<object | null> {
  const node = parseGlobalId(id, 'id')
  switch (node.type) {
    case 'Activation':
      return loaders.activationByIdentity.load(node.key)
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
    case 'ApiKey':
      return viewer?.scopes.includes('ADMIN') ? loaders.apiKey.load(node.key) : null
  }
}
