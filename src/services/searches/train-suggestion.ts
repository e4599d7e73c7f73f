import type { Db } from '../../db/connection/client.js'
import type { Dataset } from '../../db/generated/client.js'
import { PRIORITY } from '../../db/queue.js'
import { setTrainingJob } from '../../db/searches/search-suggestions.js'
import { completeFromRun } from '../suggestions/report-trained-suggestion.js'
import { queueTraining } from '../trainings/queue-training.js'

/** The seed of the run that a trained suggestion stands for. */
const SEED = 0
/** A suggestion that is trained here is out until its job ends; a job that nobody takes for a month gives it back. */
const LEASE_DAYS = 30

/**
 * Queues the training of a suggestion's function, in the transaction that hands it out; its end reports it (see
 * `reportTrainedSuggestion`). Where the run exists by now, it is reported at once. The caller holds the search's lock.
 */
export async function trainSuggestion(
  db: Db,
  dataset: Dataset,
  suggestionId: number,
  { activationId, expression }: { readonly activationId: number; readonly expression: string },
  apiKeyId: number,
): Promise<void> {
  const { jobs, runs } = await queueTraining(db, {
    dataset,
    activation: { id: activationId },
    expression,
    seeds: [SEED],
    priority: PRIORITY.interactive,
    apiKeyId,
  })
  if (runs.length > 0) {
    await completeFromRun(db, suggestionId, runs[0])
    return
  }
  await setTrainingJob(db.$kysely, suggestionId, jobs[0].id, LEASE_DAYS)
}
