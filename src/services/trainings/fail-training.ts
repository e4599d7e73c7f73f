import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { endJob } from '../../db/trainings/change-job.js'
import { reportTrainedSuggestion } from '../suggestions/report-trained-suggestion.js'
import { type ClaimState, checkClaim, type TrainingClaim } from './training-claim.js'

/** Ends a training that cannot succeed, if the claim is valid. The reason is for clients, who must be able to act on it. */
export async function failTraining(database: Database, claim: TrainingClaim, failure: string): Promise<ClaimState> {
  return inTransaction(database, async (db) => {
    const state = await checkClaim(db, claim)
    if (state === 'valid') await failLockedTraining(db, claim.id, failure)
    return state
  })
}

/** The same for a job whose row the caller's transaction has locked. */
export async function failLockedTraining(db: Db, trainingJobId: number, failure: string): Promise<void> {
  await endJob(db.$kysely, trainingJobId, { state: 'FAILED', failure })
  await reportTrainedSuggestion(db, trainingJobId)
}
