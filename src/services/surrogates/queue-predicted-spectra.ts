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
import { ensureActivation } from '../activations/ensure-activation.js'

/** Spectra that predictions may have waiting in the queue, a dataset. */
export const MOST_WAITING = 100
/** Spectra that one client may have queued by predictions, a minute. */
export const A_CLIENT = 10
/** Functions that predictions may store, a minute, whoever asks: 4 kB each, 60 MB a day at most. */
const STORED = 10

/** What a prediction says that its function lacks. */
export interface PredictedFunction {
  readonly identityHex: string
  readonly expression: string
  /** Null where the function is not stored. */
  readonly activationId: number | null
  readonly mean: number
  readonly features: readonly string[]
}

/**
 * Queues the spectra of predicted functions that have none, the most promising first, once each, behind all other work. A
 * function that nobody stored is stored for it. Anybody may ask for predictions, so there are bounds: as many as
 * MOST_WAITING wait at a time in a dataset, ten are queued for a client in a minute, and ten functions stored. Beyond them
 * nothing happens: the prediction says by its `features` what it rests on, and asking again later queues it. Returns how
 * many were queued.
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
  const stored = bare.flatMap(({ activationId }) => activationId ?? [])
  const missing = await listMissingSpectra(database.kysely, dataset, stored)
  const wanted = bare
    .filter(({ activationId }) => activationId === null || missing.has(activationId))
    .sort((a, b) => b.mean - a.mean)
  if (wanted.length === 0) return 0
  return inTransaction(database, async (db) => {
    // Who comes at the same moment is not made to wait: asking again queues what this leaves out.
    const room = (await tryLockPredictedSpectra(db.$kysely, dataset.id))
      ? MOST_WAITING - (await countIdleSpectra(db.$kysely, dataset))
      : 0
    const accepted = await chargeFor(database, client, wanted.slice(0, Math.max(0, room)))
    const ids: number[] = []
    for (const { activationId, expression } of accepted) {
      ids.push(activationId ?? (await ensureActivation(db, expression)).id)
    }
    return queueMissingSpectra(db.$kysely, dataset, ids, PRIORITY.idle)
  })
}

/** Those that the budgets allow, in their order. */
async function chargeFor(database: Database, client: string, wanted: readonly PredictedFunction[]) {
  const accepted: PredictedFunction[] = []
  let mayStore = true
  for (const each of wanted) {
    const isNew = each.activationId === null
    if (isNew && !mayStore) continue
    if (!(await charge(database, `spectra of ${client}`, A_CLIENT))) break
    if (isNew) mayStore = await charge(database, 'functions by predictions', STORED)
    if (!isNew || mayStore) accepted.push(each)
  }
  return accepted
}

async function charge(database: Database, name: string, perMinute: number): Promise<boolean> {
  return (await chargeBudget(database.kysely, name, WINDOW_SECONDS / perMinute)).isAccepted
}
