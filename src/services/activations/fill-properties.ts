import { countUndecided, listUndecided, upsertProperties } from '../../db/activations/activation-properties.js'
import type { Database } from '../../db/connection/client.js'
import { decideActivations } from './store-activations.js'

/** A batch takes about a quarter of a second. */
const BATCH = 250

/**
 * Decides the properties of stored functions that have none, or that have those of an older version of the method. Each
 * batch is one statement, so a process that is killed leaves complete batches, and the next one continues. Several processes
 * may run at once: they store the same values. Returns the number of functions.
 */
export async function fillProperties(
  database: Pick<Database, 'kysely'>,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<number> {
  const total = await countUndecided(database.kysely)
  let done = 0
  while (done < total) {
    const batch = await listUndecided(database.kysely, BATCH)
    if (batch.length === 0) break
    await upsertProperties(database.kysely, decideActivations(batch))
    done += batch.length
    onProgress(Math.min(done, total), total)
  }
  return done
}
