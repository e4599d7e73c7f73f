import type { Change } from '../db/events.js'
import type { EvaluationRow, SurrogateRow, TrainingJobRow } from '../db/loaders.js'
import { ActbenchError } from '../errors.js'
import { followChanges, LAST } from './changes.js'
import { type Context, createContext } from './context.js'
import { getDatasetByName } from './find-named.js'
import { parseIdOf } from './global-id.js'

const FINISHED: readonly string[] = ['SUCCEEDED', 'FAILED', 'CANCELLED']

/** The training job now and after each change, until it is finished. Throws BAD_USER_INPUT or NOT_FOUND. */
export async function followTrainingJob(context: Context, globalId: string): Promise<AsyncIterable<TrainingJobRow>> {
  const id = parseIdOf('TrainingJob', globalId, 'id')
  if (!(await context.loaders.trainingJob.load(id))) {
    throw new ActbenchError('NOT_FOUND', 'there is no such training job', { argument: 'id' })
  }
  let seen = ''
  const read = async (): Promise<(TrainingJobRow | typeof LAST)[]> => {
    const job = await fresh(context).loaders.trainingJob.load(id)
    // Deleted together with its dataset: nothing more will come.
    if (!job) return [LAST]
    const isNew = seen !== JSON.stringify(job)
    seen = JSON.stringify(job)
    return [...(isNew ? [job] : []), ...(FINISHED.includes(job.state) ? [LAST] : [])] as (
      | TrainingJobRow
      | typeof LAST
    )[]
  }
  return followChanges(context.events.subscribe('training_job', { id }), read, read)
}

/**
 * The evaluations of a dataset as they are recorded or change from now on; after a lost connection, those that were
 * recorded or changed meanwhile. Throws NOT_FOUND.
 */
export async function followEvaluations(context: Context, name: string): Promise<AsyncIterable<EvaluationRow>> {
  const { id: datasetId } = await getDatasetByName(context, name)
  let seenUntil = await context.loaders.clock()
  const read = async (change: Change): Promise<EvaluationRow[]> => {
    const { loaders } = fresh(context)
    const changed =
      change.kind === 'resync'
        ? await loaders.changedEvaluations(datasetId, seenUntil)
        : [await loaders.evaluation.load(change.id)].filter((evaluation) => evaluation !== null)
    for (const { updatedAt } of changed) if (updatedAt > seenUntil) seenUntil = updatedAt
    return changed
  }
  return followChanges(context.events.subscribe('evaluation', { datasetId }), async () => [], read)
}

/** The newest surrogate of a dataset as it is now, where there is one, then each one that changes. Throws NOT_FOUND. */
export async function followSurrogates(context: Context, name: string): Promise<AsyncIterable<SurrogateRow>> {
  const { id: datasetId } = await getDatasetByName(context, name)
  let seen = ''
  const newOnly = (surrogate: SurrogateRow | null): SurrogateRow[] => {
    const shown = JSON.stringify(surrogate)
    if (surrogate === null || shown === seen) return []
    seen = shown
    return [surrogate]
  }
  const newest = async () => newOnly(await fresh(context).loaders.newestSurrogate.load(datasetId))
  const read = async (change: Change) =>
    change.kind === 'resync' ? newest() : newOnly(await fresh(context).loaders.surrogate.load(change.id))
  return followChanges(context.events.subscribe('surrogate', { datasetId }), newest, read)
}

/** Rows are loaded anew for each change. */
function fresh(context: Context): Context {
  return createContext(context, context)
}
