import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { type HoldState, lockHold, type TrainingHold } from './hold-training.js'

/** A point of the learning curve. Accuracies are fractions, losses nats or null; `epoch` counts from 1. */
export interface RecordedEpoch {
  readonly epoch: number
  readonly trainAccuracy: number | null
  readonly trainLoss: number | null
  readonly validationAccuracy: number | null
  readonly validationLoss: number | null
}

export interface EpochProgress {
  readonly metrics: RecordedEpoch
  /** Done share, 0 to 1. */
  readonly progress: number
  /** From which any worker with the same backend can go on. */
  readonly checkpoint: Uint8Array
}

/**
 * Records an epoch with the checkpoint that belongs to it, where the training is still held: both or neither, and an
 * epoch that was recorded before is not doubled.
 */
export async function recordEpoch(database: Database, hold: TrainingHold, epoch: EpochProgress): Promise<HoldState> {
  return inTransaction(database, async (db) => {
    const state = await lockHold(db, hold)
    if (state !== 'held') return state
    await db.trainingJobEpoch.createMany({
      data: [{ ...epoch.metrics, trainingJobId: hold.id }],
      skipDuplicates: true,
    })
    await db.trainingJob.update({
      where: { id: hold.id },
      data: { progress: epoch.progress, checkpoint: new Uint8Array(epoch.checkpoint), fruitlessStarts: 0 },
    })
    return state
  })
}
