import type { Database } from '../db/connection/client.js'
import { isConnectionError } from '../db/connection/connection-errors.js'
import { checkClaim, type TrainingClaim } from '../services/trainings/training-claim.js'

/** Why a training stops early: its claim is no longer valid, or the worker closes. */
export type StopReason = 'ended' | 'lost' | 'closing'

/** A training that runs in this process. */
export interface RunningTraining {
  readonly claim: TrainingClaim
  /** Aborted with a `TrainingStopped`. */
  readonly signal: AbortSignal
  stop(reason: StopReason): void
}

export class TrainingStopped extends Error {
  constructor(readonly reason: StopReason) {
    super(`the training stopped: ${reason}`)
  }
}

/** Makes a training that stops when `stop` is called or `closing` is aborted. */
export function createRunningTraining(claim: TrainingClaim, closing: AbortSignal): RunningTraining {
  const controller = new AbortController()
  const stop = (reason: StopReason) => controller.abort(new TrainingStopped(reason))
  if (closing.aborted) stop('closing')
  closing.addEventListener('abort', () => stop('closing'), { once: true, signal: controller.signal })
  return { claim, signal: controller.signal, stop }
}

/** Stops the running trainings whose claim is no longer valid: of the given job, or of all jobs if it is null. */
export async function checkRunningTrainings(
  database: Database,
  running: ReadonlySet<RunningTraining>,
  trainingJobId: number | null,
): Promise<void> {
  for (const training of running) {
    if (trainingJobId !== null && training.claim.id !== trainingJobId) continue
    try {
      const state = await checkClaim(database.prisma, training.claim)
      if (state !== 'valid') training.stop(state)
    } catch (error) {
      // The write of the next epoch checks the claim again.
      if (!isConnectionError(error)) throw error
    }
  }
}
