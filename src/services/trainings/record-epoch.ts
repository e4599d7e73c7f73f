import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { type ClaimState, checkClaim, type TrainingClaim } from './training-claim.js'

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
  /** The share that is done, 0 to 1. */
  readonly progress: number
  /** Any worker with the same backend can continue from it. */
  readonly checkpoint: Uint8Array
}

/**
 * Records an epoch together with its checkpoint, if the claim is valid. An epoch that was recorded before is not stored
 * again.
 */
export async function recordEpoch(database: Database, claim: TrainingClaim, epoch: EpochProgress): Promise<ClaimState> {
  return inTransaction(database, async (db) => {
    const state = await checkClaim(db, claim)
    if (state !== 'valid') return state
    await db.trainingJobEpoch.createMany({
      data: [{ ...epoch.metrics, trainingJobId: claim.id }],
      skipDuplicates: true,
    })
    await db.trainingJob.update({
      where: { id: claim.id },
      data: { progress: epoch.progress, checkpoint: new Uint8Array(epoch.checkpoint), startsWithoutProgress: 0 },
    })
    return state
  })
}
