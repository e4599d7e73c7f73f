import type { Db } from '../../db/connection/client.js'
import type { Dataset } from '../../db/generated/client.js'
import { PRIORITY } from '../../db/queue.js'
import { setTrainingJob } from '../../db/searches/search-suggestions.js'
import { completeFromRun } from '../suggestions/report-trained-suggestion.js'
import type { OpenSearch } from '../suggestions/search-end.js'
import { queueTraining } from '../trainings/queue-training.js'

/** The seed of the run that a trained suggestion stands for. */
const SEED = 0
/** The lease of a suggestion that is trained here ends with its job. It expires if no worker takes the job for a month. */
const LEASE_DAYS = 30

/**
 * Queues the training of a suggested function, in the transaction of the suggestion. The end of the training reports it (see
 * `reportTrainedSuggestion`). If the run already exists, it is reported at once. The caller holds the lock of the search.
 */
export async function trainSuggestion(
  db: Db,
  dataset: Dataset,
  search: OpenSearch,
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
    await completeFromRun(db, search, suggestionId, runs[0])
    return
  }
  await setTrainingJob(db.$kysely, suggestionId, jobs[0].id, LEASE_DAYS)
}
