import { listWithoutMoments } from '../../db/activations/activation-moments.js'
import type { Database } from '../../db/connection/client.js'
import type { KyselyDb } from '../../db/connection/kysely.js'
import { openMomentsThread, storeMoments } from '../activations/compute-moments.js'

/** The id of the last function whose moments an export shows; null if it shows all of them. */
export type MomentsMark = number | null

/** An export waits for the moments of at most this number of functions. Servers compute the others in the background. */
const MOST_COMPUTED = 300
/**
 * While servers compute, marks are multiples of this number: an export with another mark is another file, and it must not
 * change every second.
 */
const STEP = 20_000

/** The functions of an export: those of a dataset, or null for all. */
type Functions = number | null

/** Computes and stores the moments of the functions if only a few are missing. */
export async function fillFewMoments(database: Database, datasetId: Functions): Promise<void> {
  const missing = await listWithoutMoments(database.kysely, { datasetId }, MOST_COMPUTED + 1)
  if (missing.length === 0 || missing.length > MOST_COMPUTED) return
  const thread = openMomentsThread()
  try {
    await storeMoments(database, thread, missing)
  } finally {
    await thread.close()
  }
}

/** The mark of the moments that this moment of the database has. */
export async function findMomentsMark(db: KyselyDb, datasetId: Functions): Promise<MomentsMark> {
  const [first] = await listWithoutMoments(db, { datasetId }, 1)
  return first ? Math.floor((first.id - 1) / STEP) * STEP : null
}

export function isMarked(activation: number, mark: MomentsMark): boolean {
  return mark === null || activation <= mark
}
