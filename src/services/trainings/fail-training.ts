import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { reportTrainedSuggestion } from '../suggestions/report-trained-suggestion.js'
import { type HoldState, lockHold, type TrainingHold } from './hold-training.js'

/** Ends a training that cannot succeed, with the reason in words that a client can act on, where it is still held. */
export async function failTraining(database: Database, hold: TrainingHold, failure: string): Promise<HoldState> {
  return inTransaction(database, async (db) => {
    const state = await lockHold(db, hold)
    if (state === 'held') await failHeldTraining(db, hold.id, failure)
    return state
  })
}

/** The same for a job whose row the caller's transaction has locked. */
export async function failHeldTraining(db: Db, trainingJobId: number, failure: string): Promise<void> {
  await db.$executeRaw`
    UPDATE training_jobs
    SET state = 'FAILED', failure = ${failure}, finished_at = now(), fence = fence + 1, checkpoint = NULL, worker_id = NULL
    WHERE id = ${trainingJobId}`
  await reportTrainedSuggestion(db, trainingJobId)
}
