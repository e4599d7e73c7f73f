import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { removeTask, taskKey } from '../../db/queue.js'
import type { TrainingJobRow } from '../../db/statements/rows.js'
import { endJob } from '../../db/trainings/change-job.js'
import { lockTrainingJob } from '../../db/trainings/lock-rows.js'
import { ActbenchError } from '../../errors.js'
import { requireOwner, requireScope, type Viewer } from '../access/viewer.js'
import { reportTrainedSuggestion } from '../suggestions/report-trained-suggestion.js'

/**
 * Cancels a training and returns its job. A waiting training ends at once. A worker that runs it learns of it from a
 * notification, or at the latest at its next epoch, whose write the raised fence refuses. Only the key that queued the
 * training, or a key with ADMIN, may cancel it. Throws UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, or CONFLICT if the job has
 * finished or a search of another key waits for it.
 */
export async function cancelTraining(
  database: Database,
  viewer: Viewer | null,
  trainingJobId: number,
): Promise<TrainingJobRow> {
  const canceller = viewer ?? requireScope(viewer, 'TRAIN')
  return inTransaction(database, async (db) => {
    await lockTrainingJob(db.$kysely, trainingJobId, 'update')
    const job = await db.trainingJob.findUnique({ where: { id: trainingJobId }, omit: { checkpoint: true } })
    if (!job) throw new ActbenchError('NOT_FOUND', 'there is no such training job')
    requireOwner(canceller, job.apiKeyId, 'training job')
    if (job.state !== 'QUEUED' && job.state !== 'RUNNING') {
      throw new ActbenchError('CONFLICT', `the training job is ${job.state} already`)
    }
    await refuseIfAwaited(db, canceller, job.id)
    if (job.state === 'QUEUED') await removeTask(db.$kysely, taskKey('train_activation', job.id))
    await endJob(db.$kysely, job.id, { state: 'CANCELLED' })
    await reportTrainedSuggestion(db, job.id)
    return db.trainingJob.findUniqueOrThrow({ where: { id: job.id }, omit: { checkpoint: true } })
  })
}

/** All requests for a function share one job, so a search of another key would lose its training with this job. */
async function refuseIfAwaited(db: Db, canceller: Viewer, trainingJobId: number): Promise<void> {
  if (canceller.scopes.includes('ADMIN')) return
  const awaited = await db.suggestion.count({
    where: { trainingJobId, state: 'LEASED', search: { state: 'ACTIVE', apiKeyId: { not: canceller.apiKeyId } } },
  })
  if (awaited > 0) throw new ActbenchError('CONFLICT', 'a search of another key waits for this training')
}
