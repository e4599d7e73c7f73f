import { listFinite } from '../../db/activations/list-finite.js'
import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { Dataset } from '../../db/generated/client.js'
import { storeExpressions } from '../activations/store-expressions.js'

/** Trainings or spectra of many functions that are in the queue. */
export interface BulkWork {
  readonly total: number
  /** Number of pieces that were done before. */
  readonly done: number
  /** The best of the pieces done before. */
  readonly best: { readonly expression: string; readonly accuracy: number } | null
  /** The functions that were not queued, with the reason. */
  readonly refused: readonly { readonly expression: string; readonly reason: string }[]
  /** Ids of the unfinished pieces: of training jobs, or of the functions whose spectra are queued. */
  readonly waiting: readonly number[]
}

/** A request for many functions, each named once. */
export interface BulkRequest {
  readonly dataset: Dataset
  readonly expressions: readonly string[]
  /** Stops the request after the current chunk; later functions are not queued. */
  readonly signal?: AbortSignal
  /** Called with the number of pieces that were checked, and the total. */
  onProgress?(done: number, total: number): void
}

/** A function with the spelling that was requested. */
export interface BulkFunction {
  readonly id: number
  readonly expression: string
}

/** Number of functions in one transaction, which locks all their rows. */
export const BULK_CHUNK = 250

/** Stores the functions of the expressions and returns them in their order. Functions that are not finite are refused. */
export async function storeFiniteFunctions(
  database: Database,
  { expressions, signal }: BulkRequest,
): Promise<{ functions: BulkFunction[]; refused: BulkWork['refused'] }> {
  const functions: BulkFunction[] = []
  const refused: { expression: string; reason: string }[] = []
  for (let start = 0; start < expressions.length && !signal?.aborted; start += BULK_CHUNK) {
    const chunk = expressions.slice(start, start + BULK_CHUNK)
    const ids = await inTransaction(database, (db) => storeExpressions(db, chunk))
    const finite = await listFinite(database.kysely, [...ids.values()])
    for (const expression of chunk) {
      const id = ids.get(expression) as number
      if (finite.has(id)) functions.push({ id, expression })
      else refused.push({ expression, reason: 'it is not finite' })
    }
  }
  return { functions, refused }
}
