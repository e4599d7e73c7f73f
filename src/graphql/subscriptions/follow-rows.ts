import type { Change } from '../../db/connection/events.js'
import type { EvaluationRow, SurrogateRow, TrainingJobRow } from '../../db/loaders.js'
import { ActbenchError } from '../../errors.js'
import { METRIC_PROPERTIES, type Metrics } from '../../metrics.js'
import { refuseInput } from '../../services/validate-input.js'
import { getDatasetByName } from '../activations/find-named.js'
import { type Context, createContext } from '../context.js'
import { parseIdOf } from '../relay/global-id.js'
import { followChanges, LAST } from './changes.js'
import { requireDataset } from './require-dataset.js'

const FINISHED: readonly string[] = ['SUCCEEDED', 'FAILED', 'CANCELLED']

/**
 * The current state of a training job, then each change until it ends. Throws BAD_USER_INPUT or NOT_FOUND; a stream throws
 * NOT_FOUND when the job is deleted, because nothing more will come.
 */
export async function followTrainingJob(context: Context, globalId: string): Promise<AsyncIterable<TrainingJobRow>> {
  const id = parseIdOf('TrainingJob', globalId, 'id')
  if (!(await context.loaders.trainingJob.load(id))) {
    throw new ActbenchError('NOT_FOUND', 'there is no such training job', { argument: 'id' })
  }
  let seen = ''
  const read = async (): Promise<(TrainingJobRow | typeof LAST)[]> => {
    const job = await fresh(context).loaders.trainingJob.load(id)
    if (!job) throw new ActbenchError('NOT_FOUND', 'id: the training job was deleted', { argument: 'id' })
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
 * The evaluations of a dataset that are recorded or change from now on, or after `since`. After a lost connection to
 * the database, it sends the evaluations that changed during the outage. An evaluation that is deleted with its last run is
 * sent without metrics. Throws NOT_FOUND, also when the dataset is deleted, or BAD_USER_INPUT if too many evaluations
 * changed after `since` to send them one by one.
 */
export async function followEvaluations(
  context: Context,
  name: string,
  since: Date | null,
): Promise<AsyncIterable<EvaluationRow>> {
  const { id: datasetId } = await getDatasetByName(context, name)
  const now = await context.loaders.clock()
  let seenUntil = since && since < now ? since : now
  if (since) {
    const missed = await context.loaders.changedEvaluations(datasetId, seenUntil, MOST_MISSED + 1)
    if (missed.length > MOST_MISSED) {
      refuseInput('since', `a time since which at most ${MOST_MISSED} evaluations changed`, since.toISOString())
    }
  }
  const readMissed = async (): Promise<EvaluationRow[]> =>
    see(await fresh(context).loaders.changedEvaluations(datasetId, seenUntil))
  const see = (changed: EvaluationRow[]): EvaluationRow[] => {
    for (const { updatedAt } of changed) if (updatedAt > seenUntil) seenUntil = updatedAt
    return changed
  }
  const read = async (change: Change): Promise<EvaluationRow[]> => {
    await requireDataset(context, change, datasetId)
    if (change.kind === 'resync') return readMissed()
    const evaluation = await fresh(context).loaders.evaluation.load(change.id)
    if (evaluation) return see([evaluation])
    return 'deleted' in change && change.deleted ? [toDeletedEvaluation({ ...change, ...change.deleted })] : []
  }
  const present = since ? readMissed : async () => []
  return followChanges(context.events.subscribe('evaluation', { datasetId }), present, read)
}

/** A client that missed more should read the list again instead. */
const MOST_MISSED = 5000

/**
 * The newest surrogate of a dataset for each algorithm, then each surrogate that changes. Throws NOT_FOUND, also when the
 * dataset is deleted.
 */
export async function followSurrogates(context: Context, name: string): Promise<AsyncIterable<SurrogateRow>> {
  const { id: datasetId } = await getDatasetByName(context, name)
  const seen = new Map<string, string>()
  const newOnly = (surrogates: readonly (SurrogateRow | null)[]): SurrogateRow[] =>
    surrogates.filter((surrogate) => {
      const shown = JSON.stringify(surrogate)
      if (surrogate === null || seen.get(surrogate.algorithm) === shown) return false
      seen.set(surrogate.algorithm, shown)
      return true
    }) as SurrogateRow[]
  const newest = async () => newOnly(await fresh(context).loaders.newestSurrogates(datasetId))
  const read = async (change: Change) => {
    await requireDataset(context, change, datasetId)
    return change.kind === 'resync' ? newest() : newOnly([await fresh(context).loaders.surrogate.load(change.id)])
  }
  return followChanges(context.events.subscribe('surrogate', { datasetId }), newest, read)
}

interface DeletedEvaluation {
  readonly id: number
  readonly datasetId: number
  readonly activationId: number
  readonly expression: string
}

/** An evaluation as it was when its last run had been deleted. */
function toDeletedEvaluation({ id, datasetId, activationId, expression }: DeletedEvaluation): EvaluationRow {
  const metrics = Object.fromEntries(METRIC_PROPERTIES.map((name) => [name, null])) as unknown as Metrics
  const now = new Date()
  return { id, datasetId, activationId, expression, ...metrics, runCount: 0, createdAt: now, updatedAt: now }
}

/** A context with empty caches, so that each change reads current rows. */
function fresh(context: Context): Context {
  return createContext(context, context.operation)
}
