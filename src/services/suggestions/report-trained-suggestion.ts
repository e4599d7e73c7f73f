import type { Db } from '../../db/connection/client.js'
import type { Run, TrainingJob } from '../../db/generated/client.js'
import { expireLeases } from '../../db/searches/search-suggestions.js'
import { refitWhenDue } from '../surrogates/refit-when-due.js'
import { completeSuggestion, failSuggestion } from './finish-suggestion.js'
import { lockSearch } from './search-state.js'

/**
 * Ends the suggestions that wait for a training job, in the transaction that ends the job. SUCCEEDED completes them with the
 * metrics of the run; FAILED and CANCELLED fail them. Suggestions that ended in the meantime stay as they are. A run also
 * counts towards the next fit of the surrogate (see `refitWhenDue`).
 */
export async function reportTrainedSuggestion(db: Db, trainingJobId: number): Promise<void> {
  const job = await db.trainingJob.findUniqueOrThrow({
    where: { id: trainingJobId },
    omit: { checkpoint: true },
  })
  const run = job.state === 'SUCCEEDED' ? await findRun(db, job) : null
  const leased = await db.suggestion.findMany({
    where: { trainingJobId, state: 'LEASED' },
    orderBy: { searchId: 'asc' },
    select: { id: true, searchId: true },
  })
  for (const { id, searchId } of leased) {
    await lockSearch(db, searchId)
    await expireLeases(db.$kysely, searchId)
    if (run) await completeFromRun(db, id, run)
    else await failSuggestion(db, id, job.failure ?? `the training was ${job.state.toLowerCase()}`)
  }
  if (run) await refitWhenDue(db, job.datasetId)
}

/** Completes a suggestion with the metrics of a run of this service; its evaluation is that of the dataset. */
export async function completeFromRun(db: Db, suggestionId: number, run: Run): Promise<void> {
  if (run.validationAccuracy === null) {
    await failSuggestion(db, suggestionId, 'the run has no validation accuracy')
    return
  }
  await completeSuggestion(db, suggestionId, { ...run, validationAccuracy: run.validationAccuracy }, run.evaluationId)
}

/** The run of a training. It may be that of an equal training, such as an imported one. */
function findRun(db: Db, { datasetId, datasetVersion, activationId, seed }: Omit<TrainingJob, 'checkpoint'>) {
  return db.run.findFirst({ where: { datasetId, datasetVersion, activationId, seed } })
}
