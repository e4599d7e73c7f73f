import type { Change } from '../../db/connection/events.js'
import { ActbenchError } from '../../errors.js'
import { type Context, createContext } from '../context.js'

/** Throws NOT_FOUND if a change means that the dataset of a subscription was deleted: nothing more will come. */
export async function requireDataset(context: Context, { kind }: Change, datasetId: number): Promise<void> {
  // After a lost connection, only the row tells. The caches of the loaders may still have it.
  const isThere =
    kind === 'resync'
      ? await createContext(context, context.operation).loaders.dataset.load(datasetId)
      : kind !== 'dataset'
  if (!isThere) throw new ActbenchError('NOT_FOUND', 'dataset: it was deleted', { argument: 'dataset' })
}
