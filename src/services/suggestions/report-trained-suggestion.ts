import type { Db } from '../../db/connection/client.js'
import type { Run, TrainingJob } from '../../db/generated/client.js'
import { expireLeases, findSuggestion } from '../../db/searches/search-suggestions.js'
import { refitWhenDue } from '../surrogates/refit-when-due.js'
import { completeSuggestion, failSuggestion } from './finish-suggestion.js'
import { findLateObstacle } from './late-suggestion.js'
import type { OpenSearch } from './search-end.js'
import { lockSearch } from './search-state.js'

/**
 * Ends the suggestions that wait for a training job, in the transaction that ends the job. SUCCEEDED completes them with the
 * metrics of the run; FAILED and CANCELLED fail them. A suggestion whose lease has ended is completed too while nobody else
 * has its function. A run also counts towards the next fit of the surrogate (see `refitWhenDue`).
 */
export async function reportTrainedSuggestion(db: Db, trainingJobId: number): Promise<void> {
  const job = await db.trainingJob.findUniqueOrThrow({
    where: { id: trainingJobId },
    omit: { checkpoint: true },
  })
  const run = job.state === 'SUCCEEDED' ? await findRun(db, job) : null
  const waiting = await db.suggestion.findMany({
    where: { trainingJobId, state: { in: ['LEASED', 'EXPIRED'] } },
    orderBy: [{ searchId: 'asc' }, { id: 'desc' }],
    select: { id: true, searchId: true, activationId: true, epochs: true },
  })
  for (const suggestion of waiting) {
    const search = await lockSearch(db, suggestion.searchId)
    await expireLeases(db.$kysely, search.id)
    const current = await findSuggestion(db.$kysely, suggestion.id)
    if (current?.state === 'EXPIRED' && (!run || (await findLateObstacle(db, search, suggestion)))) continue
    if (run) await completeFromRun(db, search, suggestion.id, run)
    else await failSuggestion(db, search, suggestion.id, job.failure ?? `the training was ${job.state.toLowerCase()}`)
  }
  if (run) await refitWhenDue(db, job.datasetId)
}

/** Completes a suggestion with the metrics of a run of this service; its evaluation is that of the dataset. */
export async function completeFromRun(db: Db, search: OpenSearch, suggestionId: number, run: Run): Promise<void> {
  if (run.validationAccuracy === null) {
    await failSuggestion(db, search, suggestionId, 'the run has no validation accuracy')
    return
  }
  await completeSuggestion(
    db,
    search,
    suggestionId,
    { ...run, validationAccuracy: run.validationAccuracy },
    run.evaluationId,
  )
}

/** The run of a training. It may be that of an equal training, such as an imported one. */
function findRun(db: Db, { datasetId, datasetVersion, activationId, seed }: Omit<TrainingJob, 'checkpoint'>) {
  return db.run.findFirst({ where: { datasetId, datasetVersion, activationId, seed } })
}
