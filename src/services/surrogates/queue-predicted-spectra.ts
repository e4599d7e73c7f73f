import { chargeBudget, WINDOW_SECONDS } from '../../db/access/charge-budget.js'
import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import {
  countIdleSpectra,
  listMissingSpectra,
  queueMissingSpectra,
  tryLockPredictedSpectra,
} from '../../db/features/missing-spectra.js'
import type { Dataset } from '../../db/generated/client.js'
import { PRIORITY } from '../../db/queue.js'

/** Maximum number of spectra in the queue because of predictions, per dataset. */
export const MOST_WAITING = 100
/** Maximum number of spectra that predictions for one client may queue per minute. */
export const A_CLIENT = 10

/** A predicted function, with the features that its prediction used. */
export interface PredictedFunction {
  readonly identityHex: string
  /** Null if the function is not stored. */
  readonly activationId: number | null
  readonly mean: number
  readonly features: readonly string[]
}

/**
 * Queues the spectra of predicted functions that have none, the most promising first, behind all other work. A function that
 * is not stored has no spectrum, because a query stores no function. Predictions need no key, so there are limits:
 * MOST_WAITING in the queue per dataset, and ten per client and minute. Above a limit nothing is queued. The `features` of a
 * prediction show that it used no spectrum, and a later request may queue it. Returns how many spectra were queued.
 */
export async function queuePredictedSpectra(
  database: Database,
  dataset: Dataset,
  predicted: readonly PredictedFunction[],
  client: string,
): Promise<number> {
  const distinct = new Map(predicted.map((each) => [each.identityHex, each]))
  const bare = [...distinct.values()].filter(({ features }) => !features.includes('FISHER_SPECTRUM'))
  if (bare.length === 0 || !dataset.trainable || dataset.fisherSpectrumLength === null) return 0
  const stored = bare.flatMap(({ activationId, mean }) => (activationId === null ? [] : [{ id: activationId, mean }]))
  const missing = await listMissingSpectra(
    database.kysely,
    dataset,
    stored.map(({ id }) => id),
  )
  const wanted = stored.filter(({ id }) => missing.has(id)).sort((a, b) => b.mean - a.mean)
  if (wanted.length === 0) return 0
  return inTransaction(database, async (db) => {
    // Concurrent requests do not wait for each other. A later request queues the spectra that this one leaves out.
    const room = (await tryLockPredictedSpectra(db.$kysely, dataset.id))
      ? MOST_WAITING - (await countIdleSpectra(db.$kysely, dataset))
      : 0
    const accepted = await chargeFor(database, client, wanted.slice(0, Math.max(0, room)))
    return queueMissingSpectra(
      db.$kysely,
      dataset,
      accepted.map(({ id }) => id),
      PRIORITY.idle,
    )
  })
}

/** The functions that the budget of the client allows, in the same order. */
async function chargeFor<Function>(database: Database, client: string, wanted: readonly Function[]) {
  const accepted: Function[] = []
  for (const each of wanted) {
    if (!(await charge(database, `spectra of ${client}`, A_CLIENT))) break
    accepted.push(each)
  }
  return accepted
}

async function charge(database: Database, name: string, perMinute: number): Promise<boolean> {
  return (await chargeBudget(database.kysely, name, WINDOW_SECONDS / perMinute)).isAccepted
}
