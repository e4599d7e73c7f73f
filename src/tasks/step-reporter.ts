import type { Logger } from 'pino'
import type { Database } from '../db/connection/client.js'
import { isConnectionError } from '../db/connection/connection-errors.js'
import { reportSteps } from '../db/trainings/change-job.js'
import type { StepProgress } from '../networks/training/training-epoch.js'
import type { TrainingClaim } from '../services/trainings/training-claim.js'

/** Pause between two reports. Clients see the steps of a training that takes longer. */
const REPORT_MILLISECONDS = 3000

export interface StepReporter {
  /** Called before each step. It does not wait for the database. */
  report(progress: StepProgress): void
}

/**
 * Reports how far a training is while its epoch lasts. The rate counts training pictures since the report before, and the
 * time left follows from the work since the training was started or continued here. A report that fails is left out: the
 * next epoch is recorded with care.
 */
export function createStepReporter(
  { kysely }: Pick<Database, 'kysely'>,
  claim: TrainingClaim,
  batchSize: number,
  log: Logger,
  pauseMilliseconds = REPORT_MILLISECONDS,
): StepReporter {
  let first: (StepProgress & { readonly at: number }) | undefined
  let last = { step: 0, at: 0 }
  let isReporting = false
  return {
    report(progress) {
      const at = performance.now()
      // A training that diverges in its first epoch may start again with smaller weights.
      if (!first || progress.step < last.step) {
        first = { ...progress, at }
        last = { step: progress.step, at }
      }
      if (isReporting || at - last.at < pauseMilliseconds || progress.share <= first.share) return
      const images = (progress.step - last.step) * batchSize
      const imagesPerSecond = images > 0 ? (1000 * images) / (at - last.at) : null
      const secondsPerShare = (at - first.at) / 1000 / (progress.share - first.share)
      const secondsLeft = (1 - progress.share) * secondsPerShare
      last = { step: progress.step, at }
      isReporting = true
      reportSteps(kysely, claim, { ...progress, imagesPerSecond, secondsLeft })
        .catch((error) => {
          if (!isConnectionError(error)) log.warn({ job: claim.id, err: error }, 'the steps could not be reported')
        })
        .finally(() => {
          isReporting = false
        })
    },
  }
}
