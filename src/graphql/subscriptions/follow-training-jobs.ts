import type { Change } from '../../db/connection/events.js'
import type { TrainingJobRow } from '../../db/loaders.js'
import { refuseInput } from '../../services/validate-input.js'
import { getDatasetByName } from '../activations/find-named.js'
import { type Context, createContext } from '../context.js'
import { followChanges } from './changes.js'
import { requireDataset } from './require-dataset.js'

/** A client that missed more should read the list again instead. */
const MOST_MISSED = 5000

/**
 * The training jobs of a dataset that are queued or change from now on, or after `since`. A job that changes several times
 * before the client reads is sent once. After a lost connection to the database, it sends the jobs that changed during the
 * outage. Throws NOT_FOUND, also when the dataset is deleted, or BAD_USER_INPUT if too many jobs changed after `since` to send them one by one.
 */
export async function followTrainingJobs(
  context: Context,
  name: string,
  since: Date | null,
): Promise<AsyncIterable<TrainingJobRow>> {
  const { id: datasetId } = await getDatasetByName(context, name)
  const now = await context.loaders.clock()
  let seenUntil = since && since < now ? since : now
  if (since) {
    const missed = await context.loaders.changedTrainingJobs(datasetId, seenUntil, MOST_MISSED + 1)
    if (missed.length > MOST_MISSED) {
      refuseInput('since', `a time since which at most ${MOST_MISSED} training jobs changed`, since.toISOString())
    }
  }
  // Empty caches, so that each change reads current rows.
  const fresh = () => createContext(context, context.operation).loaders
  const see = (jobs: TrainingJobRow[]): TrainingJobRow[] => {
    for (const { updatedAt } of jobs) if (updatedAt > seenUntil) seenUntil = updatedAt
    return jobs
  }
  const readMissed = async () => see(await fresh().changedTrainingJobs(datasetId, seenUntil, MOST_MISSED))
  const read = async (change: Change): Promise<TrainingJobRow[]> => {
    await requireDataset(context, change, datasetId)
    if (change.kind === 'resync') return readMissed()
    const job = await fresh().trainingJob.load(change.id)
    return see(job ? [job] : [])
  }
  return followChanges(
    context.events.subscribe('training_job', { datasetId }),
    since ? readMissed : async () => [],
    read,
  )
}
